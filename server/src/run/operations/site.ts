/** What operations work on: the attempt that asks, and what it leaves. */
import type { Json, WaitUrls } from '@bellhop/sdk'
import type { z } from 'zod'
import type { DataStoreId, DataAccess, Writing } from '../../data/data-stores.ts'
import type { RunAnswer } from '../../engine/port.ts'
import type { Keyring } from '../../secrets/keyring.ts'
import type { HeldRequest, NextWait, SaidResponse } from '../../workflow/step-record.ts'

/** What an attempt leaves besides what its code returns. */
export interface Left {
  exports: Map<string, Json>
  /** Characters of JSON that each export takes, and all of them together. */
  sizes: Map<string, number>
  exported: number
  response: SaidResponse | undefined
  exit: string | undefined
  next: NextWait | undefined
  sends: HeldRequest[]
}

export function newLeft(): Left {
  return {
    exports: new Map(),
    sizes: new Map(),
    exported: 0,
    response: undefined,
    exit: undefined,
    next: undefined,
    sends: []
  }
}

/** One attempt, as operations see it. */
export interface Site {
  left: Left
  step: string
  /** `$.context.run.runs`. */
  runs: number
  /** How this step's wait can be ended: by a request to the URLs, or by time alone. */
  waits: { name: string; urls: WaitUrls } | { only: 'each' | 'nostore' | 'test' }
  /** Why `$.respond` is not heard, if it is not. */
  unheard: string | undefined
  /** The run's answer so far. */
  said(): SaidResponse | undefined
  /** Takes out of an answer what is secret, and sends it to the caller who waits. Returns it as it was sent. */
  answer(response: SaidResponse): SaidResponse
  data: DataSite
  warn(message: string): void
}

/** What the operations of data stores work on. */
export interface DataSite {
  stores: DataAccess
  /** By prop. */
  props: ReadonlyMap<string, DataStoreId>
  keyring: Keyring
  writing: Writing
  /** Something is about to be written. @throws Stopped, Fault `run_lost` where nobody waits for the attempt any more */
  begin(): void
}

/** An operation, for whoever has its name only. */
export interface Operation {
  input: z.ZodType
  run(site: Site, input: never): Json | undefined | Promise<Json | undefined>
}

/** What `SaidResponse` is on the way out. */
export function runAnswer({ status = 200, headers = {}, body = null, encoding }: SaidResponse): RunAnswer {
  return { status, headers, body, ...(encoding === undefined ? {} : { encoding }) }
}
