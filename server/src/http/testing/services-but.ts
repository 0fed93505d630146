import type { HttpServices, IngressServices } from '../services.ts'

/** Services of which only those of the ingress are there: whoever calls another is wrong. */
export function ingressOnly(used: IngressServices): HttpServices {
  // Asked while the API's description is made.
  const described = { stores: { kinds: () => [] }, catalogue: { apps: () => [], actions: () => [] } }
  const there: Partial<Record<string | symbol, unknown>> = { ...used, ...described }
  return new Proxy(there, { get: (all, name) => all[name] ?? UNUSED }) as unknown as HttpServices
}

function unused(): never {
  throw new Error('the ingress has no use for this')
}

/** A function, and an object of which every member is one. */
const UNUSED = new Proxy(unused, { get: () => unused })
