/** The draft of a workflow as the server keeps it, and the deployed version that it is a change of. */
import { queryOptions } from '@tanstack/react-query'
import { ApiProblem, call } from '../../api/client.ts'

export interface Draft {
  name: string
  /** YAML, as it was written. */
  text: string
  /** Counts changes; 0 where nothing is kept yet and the text is the deployed one. */
  revision: number
  /** The version that it began with; null where there was none. */
  base_version: number | null
  updated_at: string
  triggers: Trigger[]
}

export type Trigger = { type: 'http'; url: string } | { type: 'schedule'; next: string | null }

export interface Version {
  version: number
  deployment_id: string
  created_at: string
  current: boolean
}

export interface VersionText extends Version {
  /** YAML or JSON, as it was written. */
  text: string
}

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
      const [draft, deployed, workflow] = await Promise.all([
        found<Draft>(`${pathOf(name)}/draft`, signal),
        found<VersionText>(`${pathOf(name)}/versions/current`, signal),
        found<{ triggers: Trigger[] }>(pathOf(name), signal)
      ])
      if (draft !== undefined) return { draft, deployed }
      if (deployed === undefined) return null
      const { text, version, created_at } = deployed
      const triggers = workflow?.triggers ?? []
      return { draft: { name, text, revision: 0, base_version: version, updated_at: created_at, triggers }, deployed }
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
  const body = JSON.stringify({ text, revision, ...(rename === undefined ? {} : { name: rename }) })
  const headers = { 'content-type': 'application/json' }
  return (await (await call(`${pathOf(name)}/draft`, { method: 'PUT', body, headers })).json()) as Draft
}

/** Drops the draft; the deployed version stays. */
export async function dropDraft(name: string): Promise<void> {
  await call(`${pathOf(name)}/draft`, { method: 'DELETE' })
}

export function versionsQuery(name: string) {
  return queryOptions({
    queryKey: ['versions', name],
    queryFn: async ({ signal }) =>
      ((await (await call(`${pathOf(name)}/versions?limit=200`, { signal })).json()) as { versions: Version[] })
        .versions
  })
}

/** Versions never change. */
export function versionQuery(name: string, version: number) {
  return queryOptions({
    queryKey: ['versions', name, version],
    queryFn: async ({ signal }) =>
      (await (await call(`${pathOf(name)}/versions/${version}`, { signal })).json()) as VersionText,
    staleTime: Infinity
  })
}
