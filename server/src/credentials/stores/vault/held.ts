/** What a run holds of a Vault: a token of its own, and the leases under it. As text, for the row of its holding. */
import { Fault } from '@bellhop/sdk'
import { z } from 'zod'
import type { Held } from '../store.ts'

const lease = z.object({
  id: z.string(),
  /** When it ends, in Unix milliseconds. */
  until: z.number(),
  /** What it is renewed to, in milliseconds; 0: it never could be renewed. */
  ttlMs: z.number(),
  /** It cannot be renewed, or no further. */
  last: z.boolean()
})

const runToken = z.object({
  /** Of the address and the namespace where it is known, without a slash at its end. */
  at: z.string(),
  token: z.string(),
  until: z.number(),
  /** The session that it was made under, which takes it along when it ends; absent where that is a token of the configuration. */
  parent: z.object({ token: z.string(), until: z.number(), ttlMs: z.number() }).optional(),
  leases: z.array(lease)
})

export type Lease = z.infer<typeof lease>
export type RunToken = z.infer<typeof runToken>

/** @throws Fault `store_changed` where it is something else */
export function readHeld(text: string): RunToken {
  try {
    return runToken.parse(JSON.parse(text))
  } catch {
    throw new Fault('store_changed', 'holds something for a run that it did not make, for it was another kind of store')
  }
}

/** @param sooner what has to be renewed before the first of its leases ends */
export function heldOf(held: RunToken, problem?: string, sooner = Infinity): Held {
  const ends = held.leases.filter(({ last }) => !last).map(({ until }) => until)
  return {
    text: JSON.stringify(held),
    expiresAt: held.until,
    soonest: Math.min(held.until, held.parent?.until ?? Infinity, sooner, ...ends),
    ...(problem === undefined ? {} : { problem })
  }
}

/** A lease as messages show it: what it is of, without what identifies it. */
export function leaseName({ id }: Lease): string {
  return id.slice(0, id.lastIndexOf('/')).slice(0, 200)
}
