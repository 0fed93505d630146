import { expect, test, vi } from 'vitest'
import { makeClient } from '../../storage/postgres/connections.ts'
import { openPool } from './connections.ts'

test.for(['prefer', 'require', 'verify-ca', 'verify-full'])(
  'sslmode=%s checks the certificate, and says no more',
  async (mode) => {
    const warn = vi.spyOn(process, 'emitWarning')
    const url = `postgres://me:hunter2@127.0.0.1:1/db?sslmode=${mode}&connect_timeout=1`
    expect(makeClient(url).ssl).toEqual({})
    const pool = openPool(url)
    await expect(pool.connect()).rejects.toThrow('ECONNREFUSED')
    await pool.end()
    expect(warn).not.toHaveBeenCalled()
  }
)
