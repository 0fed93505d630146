/** What the server hands to a step's process, and what the process answers. */
import type { Json, JsonObject } from '@bellhop/sdk'

export type Language = 'python' | 'bash'

export interface NativeInput {
  language: Language
  /** Path of the interpreter. */
  interpreter: string
  /** What messages call the source, such as `shape.py`. */
  file: string
  code: string
  /** Bellhop's own part of a Python step, which runs the code. */
  bootstrap: string
  steps: JsonObject
  inputs: JsonObject
  context: JsonObject
  limits: NativeLimits
}

export interface NativeLimits {
  /** Data of one process. */
  memoryMb: number
  /** Processor time of one process, in whole seconds. */
  cpuSeconds: number
}

/** The server asks what there is instead of running a step. */
export interface ProbeInput {
  probe: {
    /** By language. */
    interpreters: Readonly<Partial<Record<Language, string>>>
    /** What must not be there. */
    hidden: readonly string[]
    limits: NativeLimits
  }
}

/** What the process found. Names of network devices; the user's number; which of the hidden paths can be read. */
export interface ProbeAnswer {
  versions: Partial<Record<Language, string>>
  devices: string[]
  user: number
  seen: string[]
  processes: number
}

/** What a step left. */
export interface NativeAnswer {
  exports: JsonObject
  returned?: Json
}
