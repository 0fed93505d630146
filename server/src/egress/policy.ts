/** Which addresses a request may be dialled at. Rule 3 of the door. */
import type { HostRule } from '../secrets/keyring.ts'
import { matchingRule, type Target } from './hosts.ts'

/** `public`: only addresses of the internet. Metadata services are reached under neither. */
export type Policy = 'any' | 'public'

export interface Circumstances {
  /** A stranger's code asks. */
  sandboxed: boolean
  /** Hosts that a stranger's code may reach at private addresses. */
  egress: readonly HostRule[]
  /** Nobody may reach private addresses, but for the operator's own hosts. */
  denyPrivate: boolean
  operatorHosts: readonly HostRule[]
  /** A redirect of a vendor on the internet asks. It has no business to send us inside. */
  sentFromOutside: boolean
}

export function policyFor(target: Target, given: Circumstances): Policy {
  if (given.sandboxed) return matchingRule(given.egress, target) === undefined ? 'public' : 'any'
  if (!given.denyPrivate && !given.sentFromOutside) return 'any'
  return matchingRule(given.operatorHosts, target) === undefined ? 'public' : 'any'
}
