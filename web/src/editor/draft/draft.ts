/** The draft of a workflow as the server keeps it, and the deployed version that it is a change of. */
import { queryOptions } from '@tanstack/react-query'
import { api, ApiProblem, body, call, type Schemas } from '../../api/client.ts'

export type Draft = Schemas['Draft']
export type Version = Schemas['Version']
export type VersionText = Schemas['VersionText']

export interface Opened {
  draft: Draft
  /** What is deployed; `undefined` where nothing is. */
  deployed: VersionText | undefined
}

/** `undefined` where the server says that it is not there. */
async function found<T>(path: string, signal: AbortSignal): Promise<T | undefined> {
  try {
    return (await (await call(path, { signal })).json()) as T
  } catch (error) {
    if (error instanceof ApiProblem && error.problem.status === 404) return undefined
    throw error
  }
}

function pathOf(name: string): string {
  return `/workflows/${encodeURIComponent(name)}`
}

/** What there is of a workflow to edit; null where there is nothing of this name. Asked for once per visit. */
export function openQuery(name: string) {
  return queryOptions({
    queryKey: ['draft', name],
    queryFn: async ({ signal }): Promise<Opened | null> => {
      const { workflows } = await body(api.GET('/workflows', { signal }))
      const workflow = workflows.find((one) => one.name === name)
      if (workflow === undefined) {
        const draft = await found<Draft>(`${pathOf(name)}/draft`, signal)
        return draft === undefined ? null : { draft, deployed: undefined }
      }
      const [deployed, draft] = await Promise.all([
        body(
          api.GET('/workflows/{name}/versions/{version}', { params: { path: { name, version: 'current' } }, signal })
        ),
        workflow.draft === null ? undefined : found<Draft>(`${pathOf(name)}/draft`, signal)
      ])
      const { text, version, created_at } = deployed
      const { triggers } = workflow
      const none = { name, text, revision: 0, base_version: version, updated_at: created_at, triggers }
      return { draft: draft ?? none, deployed }
    },
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false
  })
}

export async function readDraft(name: string): Promise<Draft | undefined> {
  return found<Draft>(`${pathOf(name)}/draft`, AbortSignal.timeout(15_000))
}

/** @throws ApiProblem `draft_changed` where it was changed elsewhere; Unreachable */
export async function saveDraft(name: string, text: string, revision: number, rename?: string): Promise<Draft> {
  return body(
    api.PUT('/workflows/{name}/draft', {
      params: { path: { name } },
      body: { text, revision, ...(rename === undefined ? {} : { name: rename }) }
    })
  )
}

/** Drops the draft; the deployed version stays. */
export async function dropDraft(name: string): Promise<void> {
  await api.DELETE('/workflows/{name}/draft', { params: { path: { name } } })
}

export function versionsQuery(name: string) {
  return queryOptions({
    queryKey: ['versions', name],
    queryFn: async ({ signal }) => {
      const params = { path: { name }, query: { limit: 200 } }
      return (await body(api.GET('/workflows/{name}/versions', { params, signal }))).versions
    }
  })
}

/** Versions never change. */
export function versionQuery(name: string, version: number) {
  return queryOptions({
    queryKey: ['versions', name, version],
    queryFn: ({ signal }) =>
      body(api.GET('/workflows/{name}/versions/{version}', { params: { path: { name, version } }, signal })),
    staleTime: Infinity
  })
}
