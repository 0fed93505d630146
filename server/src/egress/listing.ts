/** The hosts that sandboxed code may reach, as a workflow's settings list them. */
import { Fault } from '@bellhop/sdk'
import type { HostRule } from '../secrets/keyring.ts'
import type { EgressRule } from '../workflow/egress-list.ts'
import { canonicalHost, matchingRule, nameOf, type Target } from './hosts.ts'

/** What a stranger's code may reach. */
export interface Reachable {
  sandboxed: boolean
  /** Absent: everything public. Present: nothing but these and the apps' own hosts. */
  egress?: readonly EgressRule[] | undefined
  /** Where the apps live that the step is bound to. */
  appHosts?: readonly HostRule[] | undefined
}

type Place = Pick<Target, 'host' | 'port'>

export function isListed(rules: readonly EgressRule[], place: Place): boolean {
  return rules.some((rule) => names(rule, place))
}

/** Whether bytes pass to the place as they are. */
export function isTunnel(rules: readonly EgressRule[], place: Place): boolean {
  return rules.some((rule) => rule.tcp === true && names(rule, place))
}

/** @throws Fault `egress_refused` */
export function checkListed({ sandboxed, egress, appHosts = [] }: Reachable, target: Target): void {
  if (!sandboxed || egress === undefined || isListed(egress, target)) return
  if (matchingRule(appHosts, target) !== undefined) return
  throw new Fault('egress_refused', `the code of this workflow may not reach ${nameOf(target)}`, {
    hint: 'List the host under `egress` in the settings of the workflow.'
  })
}

function names({ host, port, below }: EgressRule, place: Place): boolean {
  if (port !== undefined && port !== place.port) return false
  if (below === true) return place.host.endsWith(`.${host}`)
  return host === place.host || canonicalHost(host) === place.host
}
