/**
 * The two parts of undici that the door dials with. Its index also loads fetch, WebSocket, caches and mocks: a hundred
 * modules that nothing here uses, and that the server would keep in memory.
 */
import { createRequire } from 'node:module'
import type * as undici from 'undici'

const require = createRequire(import.meta.url)

export const Pool = require('undici/lib/dispatcher/pool.js') as typeof undici.Pool
export type Pool = undici.Pool
export const buildConnector = require('undici/lib/core/connect.js') as typeof undici.buildConnector
