import { api, ApiProblem, body } from '../../api/client.ts'
import { makeDraft } from '../../api/workflows.ts'

/** Makes a draft of what a workflow is now: its draft, where it has one. Returns the copy's name. */
export async function duplicate(name: string): Promise<string> {
  return makeDraft({ text: (await draftText(name)) ?? (await deployedText(name)), name: `${name}-copy` })
}

async function draftText(name: string): Promise<string | undefined> {
  try {
    return (await body(api.GET('/workflows/{name}/draft', { params: { path: { name } } }))).text
  } catch (error) {
    if (error instanceof ApiProblem && error.problem.status === 404) return undefined
    throw error
  }
}

async function deployedText(name: string): Promise<string> {
  const params = { path: { name, version: 'current' as const } }
  return (await body(api.GET('/workflows/{name}/versions/{version}', { params }))).text
}
