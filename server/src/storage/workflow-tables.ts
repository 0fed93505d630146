/** The tables of workflows: their versions and drafts, and what was built of them. As `schema.ts`. */
import type { Generated } from 'kysely'

export interface WorkflowsTable {
  id: Generated<number>
  name: string
  endpoint: string
  enabled: Generated<number>
  created_at: number
  current_version: number | null
}

export interface VersionsTable {
  id: Generated<number>
  workflow_id: number
  number: number
  deployment_id: string
  definition: string
  hash: string
  created_at: number
  /** Hash of the build of its code; null where it has no code. */
  build: string | null
  /** Sealed text of the definition as it was written, comments and all; null where it came as data. */
  source: Uint8Array | null
}

/** What somebody is writing: of a workflow, or of one that is still to be deployed. */
export interface DraftsTable {
  /** The workflow's; it keeps it, and the endpoint, when it is deployed for the first time. */
  workflow_id: number
  name: string
  endpoint: string
  /** Text, which may hold what a definition must not. */
  sealed: Uint8Array
  /** Counts changes, from 1. */
  revision: number
  /** The version that it began with; null where there was none. */
  base_version: number | null
  created_at: number
  updated_at: number
}

/** What was built of a version's code: the same for versions with the same code and packages. */
export interface BuildsTable {
  hash: string
  /** JSON of `Build.steps`. */
  steps: string
  /** JSON of `Build.lock`. */
  lock: string
  created_at: number
}

/** Which files a build has. */
export interface BuildFilesTable {
  build: string
  name: string
  /** Of its content. */
  hash: string
}

/** Contents of files, compressed, each once whatever builds have it. */
export interface FileContentsTable {
  /** SHA-256 of the content as it is uncompressed, in hex. */
  hash: string
  content: Uint8Array
}
