/** Which addresses a request may be dialled at. Rule 3 of the door. */
import type { HostRule } from '../secrets/keyring.ts'
import { matchingRule, type Target } from './hosts.ts'
import { isListed, type Reachable } from './listing.ts'

/** `public`: only addresses of the internet. Metadata services are reached under neither. */
export type Policy = 'any' | 'public'

export interface Circumstances extends Reachable {
  /** Nobody may reach private addresses, but for the operator's own hosts. */
  denyPrivate: boolean
  operatorHosts: readonly HostRule[]
  /** A redirect of a vendor on the internet asks. It has no business to send us inside. */
  sentFromOutside: boolean
}

export function policyFor(target: Target, given: Circumstances): Policy {
  if (given.sandboxed) return strangersPolicy(target, given)
  if (!given.denyPrivate && !given.sentFromOutside) return 'any'
  return isOperators(target, given) ? 'any' : 'public'
}

/** An app whose base URL the operator has set may be inside; anything else there a workflow has to list. */
function strangersPolicy(target: Target, given: Circumstances): Policy {
  const listed = given.egress !== undefined && isListed(given.egress, target)
  if (listed && !given.denyPrivate) return 'any'
  const wanted = listed || matchingRule(given.appHosts ?? [], target) !== undefined
  return wanted && isOperators(target, given) ? 'any' : 'public'
}

function isOperators(target: Target, { operatorHosts }: Circumstances): boolean {
  return matchingRule(operatorHosts, target) !== undefined
}
