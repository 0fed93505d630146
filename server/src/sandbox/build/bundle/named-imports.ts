/**
 * Names that a step imports from CommonJS modules. What such a module exports is known only when it has run, so esbuild takes
 * any name for good, where Node refuses one that is not there: the step's file looks itself, as it is loaded.
 */
import { SourceMap, type SourceMapPayload } from 'node:module'
import { parse } from 'acorn'
import { transform } from 'esbuild'
import { markImport } from '../import-mark.ts'
import { nearestJson, type PackageFile } from './packages.ts'

/** One name in an import, and where it stands in the step's text, from 1. */
export interface NamedImport {
  from: string
  name: string
  line: number
  column: number
}

/** `import { a as b } from 'x'` names `a`. Of TypeScript, those that are left when its types are gone. */
export async function namedImports(code: string, loader: 'js' | 'ts'): Promise<NamedImport[]> {
  if (loader === 'js') return namesIn(code)
  const { code: stripped, map } = await transform(code, { loader, sourcemap: 'external', logLevel: 'silent' })
  const positions = new SourceMap(JSON.parse(map) as SourceMapPayload)
  return namesIn(stripped).flatMap((named) => {
    const entry = positions.findEntry(named.line - 1, named.column - 1)
    if (!('originalLine' in entry)) return []
    return [{ ...named, line: entry.originalLine + 1, column: entry.originalColumn + 1 }]
  })
}

function namesIn(code: string): NamedImport[] {
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true, allowHashBang: true })
  return body.flatMap((statement) => {
    if (statement.type !== 'ImportDeclaration') return []
    const from = String(statement.source.value)
    return statement.specifiers.flatMap((specifier): NamedImport[] => {
      if (specifier.type !== 'ImportSpecifier' || specifier.loc === undefined || specifier.loc === null) return []
      const { imported, loc } = specifier
      const name = imported.type === 'Identifier' ? imported.name : String(imported.value)
      return [{ from, name, line: loc.start.line, column: loc.start.column + 1 }]
    })
  })
}

/** Whether a file is CommonJS: by its ending, by what its package says, and where neither does by its syntax, as in Node. */
export function isCommonJs(file: PackageFile): boolean {
  if (file.path.endsWith('.cjs')) return true
  if (!file.path.endsWith('.js') || nearestJson(file)['type'] === 'module') return false
  return !/^\s*(?:import|export)\b/m.test(file.in.files.get(file.path)?.toString() ?? '')
}

/** Code for the end of a step's file that fails where a name is not there. */
export function checkOf(names: readonly NamedImport[]): string {
  if (names.length === 0) return ''
  const modules = [...new Set(names.map(({ from }) => from))]
  const imports = modules.map((from, n) => `import * as $bellhop${n} from ${JSON.stringify(from)}`)
  const checks = names.map(({ from, name, line, column }) => {
    const message = markImport(line, column, `\`${from}\` has no export named \`${name}\``)
    return `if (!(${JSON.stringify(name)} in $bellhop${modules.indexOf(from)})) throw new Error(${JSON.stringify(message)})`
  })
  return `\n;${[...imports, ...checks].join(';')}`
}
