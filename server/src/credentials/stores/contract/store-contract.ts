/**
 * What every store keeps, whatever its kind: run over a stand-in or a real server that a fixture starts. A new kind is
 * a folder, a fixture, and a call of this.
 */
import { inspect } from 'node:util'
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkConfig } from '../config.ts'
import type { Asking, Lookup, Store, StoreKind } from '../store.ts'

/** A server with a secret in it, and ways to make it fail. Configurations are as people write them. */
export interface StoreFixture {
  kind: StoreKind
  /** A configuration that works. */
  config: JsonObject
  there: { lookup: Lookup; fields: JsonObject }
  /** Nothing is there. */
  missing: Lookup
  /** A configuration whose server nobody listens for. */
  down: JsonObject
  /** A configuration with `timeout` under a second whose server takes longer than that. */
  slow: JsonObject
  /** A configuration whose credential the server does not accept; undefined where a kind has none. */
  wrongCredential: JsonObject | undefined
  /** Something that is there and may not be read with `config`; undefined where a kind has no such thing. */
  denied: { config: JsonObject; lookup: Lookup } | undefined
  /** Changes the credential at the server, so that `config` is refused, and returns the one that is good from now on. */
  rotate: (() => Promise<JsonObject>) | undefined
  close(): Promise<void>
}

const NO_HOLDING: Asking['holding'] = {
  open: () => Promise.reject(new Error('nothing is to be held here')),
  update: () => Promise.reject(new Error('nothing is to be held here'))
}

const asking = (signal = AbortSignal.timeout(15_000)): Asking => ({ signal, refused: false, holding: NO_HOLDING })

export function storeContract(name: string, start: () => Promise<StoreFixture>): void {
  describe(`${name} keeps the contract of stores:`, () => {
    let fixture: StoreFixture
    const opened: Store[] = []
    beforeAll(async () => {
      fixture = await start()
    })
    afterAll(async () => {
      await Promise.all(opened.map((store) => store.close()))
      await fixture.close()
    })

    const open = (config: () => Json): Store => {
      const store = fixture.kind.open(() => parsed(fixture.kind, config()), { now: Date.now })
      opened.push(store)
      return store
    }

    /** The fault that a read ends in. It never says a credential of the store. */
    const faultOf = async (config: JsonObject, lookup: Lookup): Promise<Fault> => {
      const error: unknown = await open(() => config)
        .read(lookup, asking())
        .then(() => undefined)
        .catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(Fault)
      for (const secret of fixture.kind.secrets(parsed(fixture.kind, config))) {
        expect(inspect(error, { depth: 10 })).not.toContain(secret)
      }
      return error as Fault
    }

    test('it reads what is there', async () => {
      const reading = await open(() => fixture.config).read(fixture.there.lookup, asking())
      expect(reading.fields).toMatchObject(fixture.there.fields)
    })

    test('what is not there is said to be missing, for good', async () => {
      const fault = await faultOf(fixture.config, fixture.missing)
      expect(fault).toMatchObject({ code: 'store_path_missing', retryable: false })
      expect(fault.hint).toBeTruthy()
    })

    test('a server that does not answer can be tried again', async () => {
      expect(await faultOf(fixture.down, fixture.there.lookup)).toMatchObject({
        code: 'store_unreachable',
        retryable: true
      })
    })

    test('a server that is slow is given up after the timeout, and can be tried again', async () => {
      expect(await faultOf(fixture.slow, fixture.there.lookup)).toMatchObject({ code: 'store_slow', retryable: true })
    })

    test('a wrong credential is said to be wrong, for good', async () => {
      if (fixture.wrongCredential === undefined) return
      const fault = await faultOf(fixture.wrongCredential, fixture.there.lookup)
      expect(fault).toMatchObject({ code: 'store_unauthenticated', retryable: false })
    })

    test('what may not be read is said to be denied, for good', async () => {
      if (fixture.denied === undefined) return
      expect(await faultOf(fixture.denied.config, fixture.denied.lookup)).toMatchObject({
        code: 'store_denied',
        retryable: false
      })
    })

    test('a read that is given up ends', async () => {
      const controller = new AbortController()
      const read = open(() => fixture.slow).read(fixture.there.lookup, asking(controller.signal))
      controller.abort(new Error('given up'))
      await expect(read).rejects.toBeInstanceOf(Error)
    })

    test('a configuration is shown without its credentials, and a bad one is not quoted', () => {
      const config = parsed(fixture.kind, fixture.config)
      const shown = JSON.stringify(fixture.kind.show(config))
      for (const secret of fixture.kind.secrets(config)) expect(shown).not.toContain(secret)
      const pasted = 'pasted-in-the-wrong-place'
      for (const bad of [{ [pasted]: 1 }, { ...fixture.config, [pasted]: pasted }, { timeout: pasted }, pasted]) {
        const checked = checkConfig(fixture.kind.config, bad)
        expect(checked).toHaveProperty('mistakes')
        expect(JSON.stringify(checked)).not.toContain(pasted)
      }
    })

    test('a test of the store says that all is well', async () => {
      const checks = await open(() => fixture.config).test(fixture.there.lookup, AbortSignal.timeout(15_000))
      expect(checks.filter(({ ok }) => !ok)).toEqual([])
      expect(checks.map(({ what }) => what)).toContain('path')
    })

    test('a test of the store says in words what is not', async () => {
      const bad = [
        [fixture.down, fixture.there.lookup, ['address']],
        [fixture.wrongCredential, fixture.there.lookup, ['authentication', 'permission']],
        [fixture.denied?.config, fixture.denied?.lookup, ['permission', 'path']],
        [fixture.config, fixture.missing, ['path']]
      ] as const
      for (const [config, lookup, wrong] of bad) {
        if (config === undefined) continue
        const checks = await open(() => config).test(lookup, AbortSignal.timeout(15_000))
        const last = checks.at(-1)
        expect(last?.ok).toBe(false)
        expect(wrong).toContain(last?.what)
        expect(checks.slice(0, -1).every(({ ok }) => ok)).toBe(true)
      }
    })

    // Last: from here on `config` is no good.
    test('a credential that was rotated counts from the next use on, without opening the store again', async () => {
      if (fixture.rotate === undefined) return
      let config = fixture.config
      const store = open(() => config)
      await store.read(fixture.there.lookup, asking())
      config = await fixture.rotate()
      expect((await store.read(fixture.there.lookup, asking())).fields).toMatchObject(fixture.there.fields)
    })
  })
}

function parsed(kind: StoreKind, written: Json): unknown {
  const checked = checkConfig(kind.config, written)
  if ('config' in checked) return checked.config
  throw new Error(`the fixture’s configuration does not fit: ${JSON.stringify(checked.mistakes)}`)
}
