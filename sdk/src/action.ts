import type { Json, JsonObject } from './json.ts'
import type { InputProp, Props } from './prop.ts'

/** What a request through the door may say. Handles may stand wherever the app keeps its credentials. */
export interface FetchInit {
  method?: string
  headers?: Readonly<Record<string, string>>
  /** Text and bytes go as they are; anything else is sent as JSON with its content type. */
  body?: string | Uint8Array | JsonObject | Json[]
  query?: Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[] | undefined>>
  /** Milliseconds until the answer's headers. Default 30,000. */
  timeoutMs?: number
  /** `manual` returns a 3xx answer as it is. Default `follow`: on another host no handle goes along (rule 5 of the door). */
  redirect?: 'follow' | 'manual'
}

/** A vendor's answer, scrubbed: every secret in it is a handle. */
export interface FetchAnswer {
  status: number
  statusText: string
  /** Lower-case names; repeated headers are joined with `, `. */
  headers: Readonly<Record<string, string>>
  /** Whether the status is 2xx. */
  ok: boolean
  text(): Promise<string>
  /** @throws Fault `vendor_bad_json` (never quoting the body) */
  json(): Promise<Json>
  bytes(): Promise<Uint8Array>
}

/** `$.context`, as the Component API documents it. */
export interface StepContext {
  /** The run's public id (UUIDv7). */
  id: string
  /** ISO 8601 time at which the run was accepted. */
  ts: string
  workflow_id: string
  workflow_name: string
  deployment_id: string
  trace_id: string
  /** Whether this run replays an earlier one. */
  replay: boolean
  /** 1 for the first attempt of this step. */
  attempt: number
  /** When the time of this attempt is over, in milliseconds since 1970. */
  deadline: number
  /** Whether the step runs alone, to be tried out: never, here. */
  JIT: boolean
  /** The same for every attempt of this step in this run; another one each time that it is rerun. */
  idempotency_key: string
  run: RunsOfStep
}

/** `$.context.run`: how often a step has run, and why it runs again. */
export interface RunsOfStep {
  /** 1 at first, and one more with each `$.flow.rerun`. */
  runs: number
  /** What the last `$.flow.rerun` handed on. */
  context?: Json
  /** The request to `resume_url` that ended the wait, where one did: `method`, `path`, `query`, `headers`, `body`, `client_ip`. */
  callback_request?: Json
}

/** What `$.respond` takes. */
export interface HttpResponse {
  status?: number
  /** Several cookies are a list. */
  headers?: Readonly<Record<string, string | readonly string[]>>
  /** Text and bytes go as they are, a stream once it has been read to its end, and anything else as JSON. */
  body?: Json | Uint8Array | AsyncIterable<Uint8Array | string>
  /** Answers now, and not when the run ends or first waits. */
  immediate?: boolean
}

/**
 * Where a wait is ended from outside, once. Absent where it cannot be: in an `each`, and in an `x-pd-nostore` run.
 */
export type WaitUrls = {
  resume_url?: string
  cancel_url?: string
}

/** What `$.send.http` takes. */
export interface SendRequest {
  method?: string
  url: string
  headers?: Readonly<Record<string, string>>
  params?: Readonly<Record<string, string | number | boolean>>
  auth?: { username: string; password: string }
  data?: Json
}

/** The `$` object of an action. */
export interface Dollar {
  context: StepContext
  /** Adds a named export beside the return value; `$summary` is the line that history shows for this step. */
  export(key: string, value: Json | undefined): void
  /**
   * Answers the request that triggered the run, where the trigger says `respond: custom`: when the run ends or first waits,
   * or at once. The first answer of a run counts. Fulfilled when the answer is taken in, or on its way.
   */
  respond(response?: HttpResponse): Promise<void>
  /** All of it takes effect when the step's code has ended well; of several waits the last one counts. */
  flow: {
    /** Ends the run after this step, successfully, with a reason that history shows. */
    exit(reason?: string): undefined
    /** Goes on with the next step after so many milliseconds (up to a year), or when resumed. */
    delay(ms: number): WaitUrls
    /** Goes on when resumed; cancels the run after so many milliseconds. Default a day. */
    suspend(timeoutMs?: number): WaitUrls
    /**
     * Runs this step again after so many milliseconds, or when resumed, with `context` in `$.context.run.context`; up to
     * `maxRetries` times (default 10), after which the run goes on.
     */
    rerun(ms: number, context?: Json, maxRetries?: number): WaitUrls
    /** Another name for `rerun`. */
    retry(ms: number, context?: Json, maxRetries?: number): WaitUrls
  }
  send: {
    /** Sends a request when the step's code has ended well. It is tried once, and its answer is not waited for by the code. */
    http(request: SendRequest): void
  }
  /** A request through the door, to one of the app's hosts or any other that egress allows. */
  fetch(url: string, init?: FetchInit): Promise<FetchAnswer>
  /** Aborted when the step times out, or the run is cancelled. */
  signal: AbortSignal
}

/** What `this.<app>` offers besides the app's methods. */
export interface BoundApp {
  /** The bound fields: handles for the secret ones, plain values for the others, absent ones undefined. */
  $auth: Readonly<Record<string, string | undefined>>
  /** Where the app's API is: the operator's override or the app's own `baseUrl`, without a trailing slash. */
  $baseUrl: string
}

/** Helper functions of an app or an action, called on `this`; their shapes are their author's own business. */
export type Methods = Readonly<Record<string, (this: never, ...args: never[]) => unknown>>

/** No methods but those that every object has. */
export type NoMethods = { toString(): string }

/**
 * A component as its author writes it. A package's has a key, by which definitions name it; a code step's needs none of
 * what describes it.
 */
export interface ComponentDefinition {
  type?: 'action'
  key?: string
  name?: string
  description?: string
  version?: string
  /** Hints for tools that offer the action: whether it reads only, destroys, may be repeated. */
  annotations?: Readonly<Record<string, boolean>>
  props?: Props
  methods?: Methods
  /**
   * Props that there are only for some values of others (those that say `reloadProps`).
   * @param defined the props as they are defined now, whose `hidden`, `disabled`, … may be changed
   */
  additionalProps?(this: never, defined: Record<string, InputProp>): Props | Promise<Props>
  // `this` is what `instanceOf` makes: bound apps, resolved props and methods, by name. What JSON makes of the value that
  // it returns is the step's.
  run(this: never, input: { steps: JsonObject; $: Dollar }): unknown
}

/** An action of the public Component API. */
export interface ActionDefinition extends ComponentDefinition {
  type: 'action'
  /** Lower-case words joined by hyphens, unique over all apps: what a definition writes after `use:`. */
  key: string
  name: string
  description: string
  version: string
  props: Props
}
