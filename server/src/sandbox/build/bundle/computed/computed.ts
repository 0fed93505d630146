/**
 * Calls that import what they compute: `require('./' + name)`, `import(path)`. For one that begins with `./` or `../` esbuild looks
 * for all that could be meant in folders of this machine, wherever the text leads (https://esbuild.github.io/api/#glob), so it
 * must never see one (I7). They are found in the syntax tree: there are more ways to write one than can be searched for.
 */
import type { AnyNode, Expression } from 'acorn'
import { nodesOf, readSyntax, type Read } from './syntax.ts'

export interface ComputedImport {
  kind: 'require' | 'import'
  /** The word that is called, as places in the text. */
  callee: { start: number; end: number }
  argument: Expression
  /** Whether that is all it is given. */
  alone: boolean
}

export interface Computed extends Read {
  calls: ComputedImport[]
  /** Whether something of the code's own is called `require`, too. */
  ownRequire: boolean
}

/** Calls with a plain text, which esbuild asks the plugin for. */
const PLAIN = /\b(?:require|import)\s*\(\s*(?:'[^'\\\n]*'|"[^"\\\n]*")\s*\)/g
/** What may be a call with anything else, however it is written; an escape may be a letter of `require`. */
const PERHAPS = /\brequire\b|\bimport\b(?!\s*[\w$'"{*,:=])|\\u(?:00[67]|\{0*[67])/

/**
 * @returns undefined where there are none
 * @throws Error where the code cannot be read, so that nothing is known of what it imports
 */
export async function computedImports(code: string, loader: 'js' | 'ts'): Promise<Computed | undefined> {
  if (!PERHAPS.test(code.replaceAll(PLAIN, ''))) return undefined
  const read = await readSyntax(code, loader)
  const nodes = [...nodesOf(read.program)]
  const calls = nodes.flatMap(callOf)
  return calls.length === 0 ? undefined : { ...read, calls, ownRequire: nodes.some(bindsRequire) }
}

function callOf(node: AnyNode): ComputedImport[] {
  if (node.type === 'ImportExpression') {
    const { source: argument, options, start } = node
    if (isText(argument)) return []
    const alone = options === null || options === undefined
    return [{ kind: 'import', callee: { start, end: start + 'import'.length }, argument, alone }]
  }
  if (node.type !== 'CallExpression' || !isRequire(node.callee)) return []
  const [argument, ...more] = node.arguments
  if (argument === undefined || argument.type === 'SpreadElement' || isText(argument)) return []
  return [{ kind: 'require', callee: node.callee, argument, alone: more.length === 0 && !node.optional }]
}

/** A parameter, a variable, a function, an import: then it may not be Node's that is called. */
function bindsRequire(node: AnyNode): boolean {
  switch (node.type) {
    case 'VariableDeclarator':
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassDeclaration':
    case 'CatchClause':
    case 'AssignmentExpression':
      return bound(node).some((pattern) => [...nodesOf(pattern)].some(isRequire))
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return node.local.name === 'require'
    default:
      return false
  }
}

function bound(node: AnyNode): AnyNode[] {
  const patterns: (AnyNode | null | undefined)[] = [
    ...('id' in node ? [node.id] : []),
    ...('params' in node ? node.params : []),
    ...('param' in node ? [node.param] : []),
    ...(node.type === 'AssignmentExpression' ? [node.left] : [])
  ]
  return patterns.filter((pattern) => pattern !== null && pattern !== undefined)
}

function isRequire(node: AnyNode): boolean {
  return node.type === 'Identifier' && node.name === 'require'
}

function isText(node: AnyNode): boolean {
  return node.type === 'Literal' && typeof node.value === 'string'
}
