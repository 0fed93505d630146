/** What the server can call in a sandbox process. */
import type { Json } from '@bellhop/sdk'
import type { CallKind } from '../protocol/messages.ts'
import { describe, options, props, run } from './component/component.ts'
import { evaluate } from './expressions/evaluate.ts'

export interface ChildCall {
  input: Json
  /** The bundle's namespace, imported for `entry`; undefined without one. */
  module: Readonly<Record<string, unknown>> | undefined
  ask: (operation: string, input: Json) => Promise<Json>
  /** Aborted when the server does not want the call any more. */
  signal: AbortSignal
}

export type Handler = (call: ChildCall) => Promise<Json>

export const HANDLERS: Readonly<Record<CallKind, Handler>> = { describe, run, options, props, evaluate }
