import { api, body } from '../../api/client.ts'
import { makeDraft } from '../../api/workflows.ts'

/** Makes a draft of what a workflow is now: its draft, where it has one. Returns the copy's name. */
export async function duplicate(name: string): Promise<string> {
  const { text } = await body(api.GET('/workflows/{name}/draft', { params: { path: { name } } }))
  return makeDraft({ text, name: `${name}-copy` })
}
