/** How a step's file says, as it is loaded, that an import of it names what is not there (`bundle/named-imports.ts`). */
const MARK = 'bellhop-import'

export function markImport(line: number, column: number, message: string): string {
  return `${MARK}:${line}:${column}:${message}`
}

/** Reads the message of an error; undefined for any other. */
export function readMark(text: string): { line: number; column: number; message: string } | undefined {
  const [, line, column, message] = /^bellhop-import:(\d{1,7}):(\d{1,7}):(.*)$/s.exec(text) ?? []
  return message === undefined ? undefined : { line: Number(line), column: Number(column), message }
}
