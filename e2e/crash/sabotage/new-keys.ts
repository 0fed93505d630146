/** A server whose attempts carry an idempotency key of their own each. */
import type { FetchAnswer, FetchInit } from '@bellhop/sdk'
import { Door, type DoorScope } from '../../../server/src/egress/door.ts'

type Fetch = (this: unknown, scope: DoorScope, url: string, init: FetchInit) => Promise<FetchAnswer>

const door = Door.prototype as { fetch: Fetch }
const { fetch } = door
door.fetch = function (scope, url, init) {
  const headers = { ...init.headers, 'idempotency-key': crypto.randomUUID() }
  return fetch.call(this, scope, url, { ...init, headers })
}
