/** Rows as lines whose columns stand below each other; the last column is as wide as it is. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  )
}

export function printRows(rows: readonly (readonly string[])[]): void {
  for (const line of columns(rows)) console.log(line)
}
