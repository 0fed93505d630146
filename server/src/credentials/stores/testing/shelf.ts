/** A store for tests: secrets on a shelf in memory, which hands out copies, and makes things for runs on request. */
import { z } from 'zod'
import { common, text } from '../config.ts'
import { badInput, denied, notThere, unauthenticated } from '../faults.ts'
import { until } from '../until.ts'
import { defineStore, type Held, type Lookup, type Reading, type Store, type StoreKind } from '../store.ts'

/** What stands on the shelf, and what was done with it. */
export class Shelf {
  password = 'the-password-of-the-shelf'
  readonly secrets = new Map<string, Reading>()
  /** Paths that were read, in order; with ` refused` where the vendor had refused what was read before. */
  readonly reads: string[] = []
  /** What was made for runs and not given back. */
  readonly made = new Map<string, Held>()
  /** Waited for before a read or a renewal is answered. */
  gate: Promise<unknown> = Promise.resolve()
  /** Waited for, or for the caller's patience, before anything is taken back. */
  returns: Promise<unknown> = Promise.resolve()
  /** Why giving back fails. */
  broken: Error | undefined
  renewals = 0
  /** Times that something was to be taken back. */
  revocations = 0
  closed = 0

  put(path: string, fields: Reading['fields'], more: Omit<Reading, 'fields'> = {}): void {
    this.secrets.set(path, { fields, ...more })
  }

  /** The kind of store whose every store is this shelf. */
  kind(): StoreKind {
    const config = z.strictObject({ ...common, password: text })
    return defineStore({
      kind: 'shelf',
      title: 'Shelf',
      lookup: 'path',
      options: ['version'],
      config,
      show: () => ({}),
      secrets: ({ password }) => [password],
      open: (configuration) => this.#open(() => configuration().password)
    })
  }

  #open(password: () => string): Store {
    const check = (): void => {
      if (password() !== this.password)
        throw unauthenticated(`does not know ${password()}`, 'Look for the new password.')
    }
    return {
      read: async (lookup, asking) => {
        check()
        this.reads.push(lookup.path.join('/') + (asking.refused ? ' refused' : ''))
        await this.gate
        const reading = this.#find(lookup)
        if (!isMade(lookup)) return reading
        const text = await asking.holding.open(() => Promise.resolve(this.#make()))
        return { ...reading, fields: { ...reading.fields, made: text } }
      },
      serves: (lookup) => Promise.resolve(isMade(lookup) ? 'run' : 'everybody'),
      operations: {
        read: {
          reveals: ['path'],
          run: async ({ path }) => {
            check()
            if (typeof path !== 'string') throw badInput('path', 'is not text')
            const { fields } = this.#find({ path: path.split('/') })
            return { value: { data: fields, note: path }, secrets: [{ name: 'data', value: fields }] }
          }
        }
      },
      test: () => {
        const ok = password() === this.password
        const says = ok ? 'it stands here' : `the store does not know ${password()}`
        return Promise.resolve([{ what: 'address', ok, says }])
      },
      renew: async (text) => {
        this.renewals++
        await this.gate
        const held = this.made.get(text)
        if (held === undefined) throw denied('has lost it', 'Ask again.')
        return held
      },
      revoke: async (text, signal) => {
        this.revocations++
        await until(signal, this.returns)
        if (this.broken !== undefined) throw this.broken
        this.made.delete(text)
      },
      close: async () => void this.closed++
    }
  }

  #find({ path }: Lookup): Reading {
    const reading = this.secrets.get(path.join('/'))
    if (reading === undefined) throw notThere(`has nothing at ${path.join('/')}`, 'Put it there.')
    return reading
  }

  #make(): Held {
    const held = { text: `made-for-a-run-${this.made.size + 1}`, expiresAt: Date.now() + 60_000 }
    this.made.set(held.text, held)
    return held
  }
}

function isMade({ path }: Lookup): boolean {
  return path[0] === 'made'
}
