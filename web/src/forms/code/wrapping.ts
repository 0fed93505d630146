/**
 * What TypeScript sees of a code step: the module as it is written, but for its default export, which is handed to a function that
 * says what its parameters are. Positions go both ways.
 */
import ts from 'typescript'

export class Wrapped {
  readonly text: string
  readonly #start: number
  readonly #end: number
  readonly #before: string

  constructor(written: string) {
    const found = exported(written)
    this.#start = found?.start ?? written.length
    this.#end = found?.end ?? written.length
    this.#before = found?.before ?? ''
    const after = found === undefined ? '' : ')'
    this.text =
      written.slice(0, this.#start) +
      this.#before +
      written.slice(this.#start, this.#end) +
      after +
      written.slice(this.#end)
  }

  /** From the text as it is written. */
  inside(at: number): number {
    return at + (at >= this.#start ? this.#before.length : 0) + (at > this.#end ? 1 : 0)
  }

  /** To the text as it is written. */
  outside(at: number): number {
    if (at <= this.#start) return at
    const written = Math.max(this.#start, at - this.#before.length)
    return written > this.#end ? written - 1 : written
  }
}

/** The default export's expression, and the call that it is put into. */
function exported(text: string): { start: number; end: number; before: string } | undefined {
  if (!text.includes('export')) return undefined
  const source = ts.createSourceFile('step.ts', text, ts.ScriptTarget.ESNext, true)
  for (const statement of source.statements) {
    if (ts.isExportAssignment(statement)) {
      const { expression } = statement
      const before = callFor(expression)
      return before === undefined ? undefined : { start: expression.getStart(source), end: expression.end, before }
    }
    if (ts.isFunctionDeclaration(statement) && isDefault(statement)) {
      const start = statement.asteriskToken === undefined ? startOfFunction(statement, source) : undefined
      return start === undefined ? undefined : { start, end: statement.end, before: 'bellhopStep(' }
    }
  }
  return undefined
}

function callFor(expression: ts.Expression): string | undefined {
  if (ts.isArrowFunction(expression) || ts.isFunctionExpression(expression)) return 'bellhopStep('
  return ts.isObjectLiteralExpression(expression) ? 'defineComponent(' : undefined
}

function isDefault(node: ts.FunctionDeclaration): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true
}

/** Behind `export default`. */
function startOfFunction(node: ts.FunctionDeclaration, source: ts.SourceFile): number | undefined {
  const word = node.modifiers?.find(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
  if (word === undefined) return undefined
  const rest = source.text.slice(word.end)
  return word.end + (rest.length - rest.trimStart().length)
}
