/** The size of PostgreSQL's pages, unless it was built otherwise. */
const PAGE = 8192
/** Where a page says where its free space begins and ends. */
const LOWER = 12
const UPPER = 14

/**
 * A table's or an index's file without what stands in the free space of its pages: rows, those too that were deleted or written
 * anew and not vacuumed yet. https://www.postgresql.org/docs/current/storage-page-layout.html
 */
export function withoutFreeSpace(file: Buffer): Buffer {
  const pages = Buffer.from(file)
  for (let at = 0; at + PAGE <= pages.length; at += PAGE) {
    const [lower, upper] = [pages.readUInt16LE(at + LOWER), pages.readUInt16LE(at + UPPER)]
    if (lower < upper && upper <= PAGE) pages.fill(0, at + lower, at + upper)
  }
  return pages
}
