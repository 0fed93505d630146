/**
 * Renewing leases. A renewal counts from now, and one for less than what is left would shorten the lease.
 * https://developer.hashicorp.com/vault/api-docs/system/leases
 */
import { Fault } from '@bellhop/sdk'
import { isAboutPolicy, says } from './answers.ts'
import type { VaultClient } from './client.ts'
import type { VaultAnswer } from './connection.ts'
import { leaseName, type Lease, type RunToken } from './held.ts'

const AT_A_TIME = 8
/** Vault counts in whole seconds. */
export const ROUNDING_MS = 2_000

interface Renewed {
  /** Undefined where it is gone. */
  lease: Lease | undefined
  problem?: string
}

/** Renews what can be renewed: one that cannot, now or ever, does not keep the others from it. */
export async function renewLeases(
  client: VaultClient,
  held: RunToken,
  signal: AbortSignal,
  now: () => number
): Promise<{ leases: Lease[]; problem: string | undefined }> {
  const alive = held.leases.filter(({ until }) => until > now())
  const renewed: Renewed[] = []
  for (let i = 0; i < alive.length; i += AT_A_TIME) {
    const some = alive.slice(i, i + AT_A_TIME)
    renewed.push(
      ...(await Promise.all(
        some.map((lease) => tried(lease, () => renewLease(client, held.token, lease, { signal, now })))
      ))
    )
  }
  const leases = renewed.map(({ lease }) => lease).filter((lease) => lease !== undefined)
  return { leases, problem: renewed.find(({ problem }) => problem !== undefined)?.problem }
}

async function tried(lease: Lease, renew: () => Promise<Renewed>): Promise<Renewed> {
  try {
    return await renew()
  } catch (error) {
    if (error instanceof Fault) return { lease, problem: error.message }
    throw error
  }
}

/** @throws Fault where Vault cannot answer */
async function renewLease(
  client: VaultClient,
  token: string,
  lease: Lease,
  { signal, now }: { signal: AbortSignal; now: () => number }
): Promise<Renewed> {
  if (lease.last) return { lease, ...(lease.ttlMs === 0 ? {} : { problem: ending(lease) }) }
  const increment = Math.ceil(Math.max(lease.ttlMs, lease.until - now()) / 1000)
  const body = { lease_id: lease.id, increment }
  const answer = await client.as(token, { method: 'POST', path: 'sys/leases/renew', body }, signal)
  if (answer.status === 200) return extended(lease, answer, { increment, now: now() })
  if (says(answer, /lease not found/)) return { lease: undefined, problem: `a lease of ${leaseName(lease)} is gone` }
  // Anything else that Vault holds against this lease stays so: it is not renewable, or past its time.
  const last = { ...lease, last: true }
  if (answer.status === 400) return { lease: last, problem: ending(last) }
  if (answer.status === 403 && isAboutPolicy(answer)) return { lease, problem: NOT_ALLOWED }
  throw await client.fault(answer, `to renew a lease of ${leaseName(lease)}`, signal)
}

const NOT_ALLOWED = 'its policy does not let a run renew its leases: allow `update` on sys/leases/renew'

function extended(lease: Lease, answer: VaultAnswer, { increment, now }: { increment: number; now: number }): Renewed {
  const seconds = answer.body?.['lease_duration']
  const until = typeof seconds === 'number' ? now + seconds * 1000 : lease.until
  const capped = until < now + increment * 1000 - ROUNDING_MS
  const longer = { ...lease, until, last: capped }
  return { lease: longer, ...(capped ? { problem: ending(longer) } : {}) }
}

function ending(lease: Lease): string {
  return `a lease of ${leaseName(lease)} ends at ${new Date(lease.until).toISOString()} and cannot be extended (max_ttl)`
}
