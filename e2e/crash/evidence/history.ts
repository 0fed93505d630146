/** What history says of runs, through the API. */
import type { ServerProcess } from '../../support/server-process.ts'

/** Every run that history lists and its status, page by page. `filter` is a query such as `status=waiting`. */
export async function listRuns(server: ServerProcess, filter = ''): Promise<Map<string, string>> {
  const statuses = new Map<string, string>()
  for (let cursor: string | null = ''; cursor !== null;) {
    const from = cursor === '' ? '' : `&cursor=${cursor}`
    const { body } = await server.api('GET', `/runs?limit=100&${filter}${from}`)
    const page = body as { runs: { id: string; status: string }[]; next_cursor: string | null }
    for (const { id, status } of page.runs) statuses.set(id, status)
    cursor = page.next_cursor
  }
  return statuses
}
