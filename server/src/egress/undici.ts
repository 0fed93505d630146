/**
 * The parts of undici that the door, and the clients of stores, dial with. Its index also loads fetch, WebSocket, caches and mocks: a hundred
 * modules that nothing here uses, and that the server would keep in memory.
 */
import { createRequire } from 'node:module'
import type * as undici from 'undici'

const require = createRequire(import.meta.url)

export const Pool = require('undici/lib/dispatcher/pool.js') as typeof undici.Pool
export type Pool = undici.Pool
export const buildConnector = require('undici/lib/core/connect.js') as typeof undici.buildConnector

// As undici's index does it, for the one of its methods that is used here beside `dispatch`.
const { prototype } = require('undici/lib/dispatcher/dispatcher.js') as typeof undici.Dispatcher
Object.assign(prototype, { request: require('undici/lib/api/api-request.js') as unknown })
