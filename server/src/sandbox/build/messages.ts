/**
 * What the server and the processes that build for it say to each other: one JSON text a line, requests on standard
 * input, answers on standard output. No foreign code runs in these processes, but what they read is foreign.
 */
import { z } from 'zod'
import { lockSchema, type Lock } from './lock.ts'

/** Where packages come from. */
export interface Registry {
  /** With a slash at its end. */
  url: string
  /** A bearer token, for this registry alone. */
  token?: string
}

/** A package that some step imports. */
export interface Wanted {
  name: string
  range: string
}

export interface InstallRequest {
  registry: Registry
  /** Folder of tarballs, by their hashes. */
  cache: string
  wanted: Wanted[]
  /** Of the version before: what it says is not asked anew, where every range is the same and is pinned. */
  before?: Lock
}

export interface SearchRequest {
  registry: Registry
  search: string
}

export interface ScanRequest {
  scan: ScannedStep[]
  /** What is wrong with packages, by the key of what was wanted: told where they are imported. */
  wrong?: Record<string, { message: string; expected?: string; suggestion?: string }>
}

/** A step's own source text. */
export interface ScannedStep {
  step: string
  /** What positions call it: `shape.ts`. */
  label: string
  code: string
  language: 'javascript' | 'typescript'
}

export interface ListRequest {
  cache: string
  lock: Lock
  /** Whose components are asked for: `name@version`. */
  list: string
}

export interface BundleRequest {
  cache: string
  lock: Lock
  steps: (
    | (ScannedStep & {
        /** What each specifier without a version means: name → key in `lock.wanted`. */
        pins: Record<string, string>
      })
    | { step: string; component: { package: string; key: string } }
  )[]
  /** Whether what steps share is put into files of its own. */
  shared?: true
}

/** Something that is wrong with what was asked, for its author. */
export const problemSchema = z.object({
  /** The step; left out where it is the package's that was asked for by name. */
  step: z.string().optional(),
  /** Key of what was wanted, `axios@^1`, where it could not be installed. */
  wanted: z.string().optional(),
  /** File, line and column (from 1) where it stands; the file is left out for the step's own. */
  file: z.string().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
  message: z.string(),
  expected: z.string().optional(),
  suggestion: z.string().optional()
})
export type BuildProblem = z.output<typeof problemSchema>

export const scannedSchema = z.object({
  /** By step: how its text is read, and what it imports from packages, in order. */
  steps: z.record(
    z.string(),
    z.object({
      loader: z.enum(['js', 'ts']),
      imports: z.array(z.object({ name: z.string(), range: z.string() }))
    })
  ),
  problems: z.array(problemSchema)
})

export const installedSchema = z.union([
  z.object({ lock: lockSchema }),
  z.object({ problems: z.array(problemSchema).min(1) })
])

export const bundledSchema = z.object({
  /** By name of the file; each with its source map beside it (`<name>.map`). */
  files: z.record(z.string(), z.string()),
  /** By step. */
  steps: z.record(z.string(), z.object({ entry: z.string(), packages: z.array(z.string()) })),
  /** What packages of components import without declaring it, and was not there. */
  missing: z.array(z.object({ name: z.string(), range: z.string() })),
  problems: z.array(problemSchema)
})
export type Bundled = z.output<typeof bundledSchema>

export const componentSchema = z.object({
  key: z.string(),
  name: z.string(),
  description: z.string(),
  version: z.string()
})

export const listedSchema = z.object({ components: z.array(componentSchema) })

export const foundSchema = z.object({
  packages: z.array(z.object({ name: z.string(), version: z.string(), description: z.string() }))
})

/** What a line of an answer is. */
export const answerSchema = z.union([
  z.object({ progress: z.string() }),
  z.object({ done: z.json() }),
  /** It could not be done; a sentence, and what to do. */
  z.object({ failed: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }) })
])
