/**
 * A harness for tests of components: runs one in the test's own process, with everything that it would have in a run.
 * Credentials stand as handles in `this.<app>.$auth`, so that a component which looks into one, or puts one in the wrong
 * place, fails here and not in production. Its requests, `$.fetch` or any other HTTP, are answered by the test.
 */
import type { SendRequest, StepContext } from './action.ts'
import type { Json, JsonObject } from './json.ts'
import { callAction, instanceOf } from './instance.ts'
import type { Props } from './prop.ts'
import type { StoreClient } from './services.ts'
import { asJson, dollarOf, type Responded, type Wait } from './testing/dollar.ts'
import { exchange, type Answer, type SentRequest } from './testing/exchange.ts'
import { keepingLogs, type LoggedLine } from './testing/logs.ts'
import { choicesOf, propsWith, type Choices, type Page } from './testing/offers.ts'
import { prepared, type AnyComponent, type Prepared } from './testing/prepared.ts'
import { servingRequests } from './testing/network.ts'

export type { Answer, AnyComponent, Choices, LoggedLine, Page, Responded, SentRequest, Wait }

export interface ActionTest {
  /** What a definition would say under `props`, references resolved; a data store's is its name. */
  props?: JsonObject
  /** By the prop that stands for the app: its credential fields in clear. */
  auth?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Whether the component gets the real values, as a step with `reveal: true` does, and not handles. */
  reveal?: boolean
  /** By app: where its API is in this test. Its credentials may go there too. */
  baseUrls?: Readonly<Record<string, string>>
  /** By the prop that stands for the store: what answers in its place. */
  stores?: Readonly<Record<string, StoreClient>>
  /** By the prop of a data store or a `$.service.db`: what is in it. */
  data?: Readonly<Record<string, JsonObject>>
  /** What earlier steps left. Where a credential stands in it, there is its handle. */
  steps?: JsonObject
  context?: Partial<StepContext>
  signal?: AbortSignal
  /** Answers every request; for those that it returns nothing for, a server of the test on the loopback does. */
  answer?: Answer
}

export interface ActionResult {
  /** What `run` returned, as the next step sees it. */
  value: Json | undefined
  /** What it exported by name, `$summary` too. */
  exports: JsonObject
  /** What it said with `$.respond`, first; of a stream what came of it. */
  response: Responded | undefined
  /** The reason given to `$.flow.exit`, empty if none was; undefined when the action went on. */
  exit: string | undefined
  /** Which wait it asked for last (`$.flow.delay`, `suspend`, `rerun`), if any. */
  wait: Wait | undefined
  /** What it left for `$.send.http`, which goes out when a step has ended well. */
  sent: readonly SendRequest[]
  /** Its requests as they arrived at the vendor. */
  requests: readonly SentRequest[]
  /** What it logged with `console`. */
  logs: readonly LoggedLine[]
  /** What is in its data stores and databases now, by prop. */
  data: Readonly<Record<string, JsonObject>>
  /** The door's warnings: a handle that stayed a handle in a body. */
  warnings: readonly string[]
}

/**
 * Runs a component once.
 * @throws whatever the component throws; Fault `test_*` where the test gives it what it does not take, or has no answer
 *   to a request; Fault `credential_misplaced` or `credential_wrong_host` where the door would, as the error of a request
 */
export async function runAction(component: AnyComponent, test: ActionTest = {}): Promise<ActionResult> {
  const run = prepared(component, test)
  const { $, left } = dollarOf(test)
  const steps = run.door.scrubJson(test.steps ?? {})
  const value = await within(run, () => callAction(run.action, { ...run.bound, steps, $ }))
  const { value: returned, exports } = asJson({ value, exports: left.exports })
  return {
    value: returned,
    exports,
    response: left.response,
    exit: left.exit,
    wait: left.wait,
    sent: left.sent,
    requests: run.requests,
    logs: run.logs,
    data: run.contents(),
    warnings: run.door.warnings
  }
}

/**
 * A page of what a person may choose for a prop: what its `options` are, or return.
 * @throws as `runAction`, and Fault `test_no_options`
 */
export async function optionsOf(component: AnyComponent, prop: string, test: ActionTest & Page = {}): Promise<Choices> {
  const run = prepared(component, test)
  const instance = instanceOf(run.action, run.bound, run.bound.props)
  return within(run, () => choicesOf(run.action, prop, instance, run.bound.props, test))
}

/**
 * The component's props after `additionalProps`: its own, as that changed them, and those that it added.
 * @throws as `runAction`
 */
export async function additionalPropsOf(component: AnyComponent, test: ActionTest = {}): Promise<Props> {
  const run = prepared(component, test)
  const instance = instanceOf(run.action, run.bound, run.bound.props)
  return within(run, () => propsWith(run.action, instance))
}

/** Runs the component's code with the test's network and console. What the test did wrong comes before what came of it. */
async function within<T>(run: Prepared, work: () => Promise<T>): Promise<T> {
  const serve: Parameters<typeof servingRequests>[0] = (...args) => void exchange(run, ...args)
  const [ended] = await Promise.allSettled([servingRequests(serve, () => keepingLogs(run.logs, work))])
  if (run.mistakes.length > 0) throw run.mistakes[0]
  if (ended.status === 'rejected') throw ended.reason
  return ended.value
}
