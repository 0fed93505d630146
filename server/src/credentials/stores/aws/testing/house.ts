/** A store over a stand-in, both gone when the test that asked for them is over. */
import { inspect } from 'node:util'
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import { expect, onTestFinished } from 'vitest'
import { checkConfig } from '../../config.ts'
import type { Store } from '../../store.ts'
import { asking } from '../../testing/asking.ts'
import { awsSecretsManager } from '../aws.ts'
import { AwsStandIn } from './stand-in.ts'

export const KEYS = { access_key_id: 'AKIAOFTHESTORE', secret_access_key: 'the-secret-key-of-the-store' }
export const ROLE = 'arn:aws:iam::123456789012:role/bellhop'

export interface House {
  standIn: AwsStandIn
  store: Store
}

export async function house(more: JsonObject = {}): Promise<House> {
  const standIn = await AwsStandIn.start()
  onTestFinished(() => standIn.close())
  standIn.keys.set(KEYS.access_key_id, { secret: KEYS.secret_access_key })
  return { standIn, store: open(standIn, { ...KEYS, ...more }) }
}

export function open(standIn: AwsStandIn, more: JsonObject): Store {
  const config = configOf({ region: 'eu-west-1', endpoint: standIn.url, ...more })
  const store = awsSecretsManager.open(() => config, { now: Date.now })
  onTestFinished(() => store.close())
  return store
}

export function configOf(written: Json): unknown {
  const checked = checkConfig(awsSecretsManager.config, written)
  if ('config' in checked) return checked.config
  throw new Error(JSON.stringify(checked.mistakes))
}

export const read = (store: Store, path: string, version?: string): ReturnType<Store['read']> =>
  store.read({ path: path.split('/'), ...(version === undefined ? {} : { version }) }, asking())

export const run = (store: Store, operation: string, input: JsonObject): Promise<unknown> =>
  store.operations[operation]?.run(input, asking()) ?? Promise.reject(new Error('no such operation'))

export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error
  )
  expect(thrown).toBeInstanceOf(Fault)
  expect(inspect(thrown, { depth: 10, showHidden: true })).not.toMatch(/AKIA|ASIA|secret-key|token-of|AWS4-HMAC/)
  return thrown as Fault
}
