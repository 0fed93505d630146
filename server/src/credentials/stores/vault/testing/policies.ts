/** The stand-in's policies: what `path "…" { capabilities = […] }` says, with `*` at the end and `+` for one part. */
export type Capability = 'create' | 'read' | 'update' | 'list' | 'delete'
export type Rules = Readonly<Record<string, readonly Capability[]>>

/** What every token may do unless it was made without. */
const DEFAULT: Rules = {
  'auth/token/lookup-self': ['read'],
  'auth/token/renew-self': ['update'],
  'auth/token/revoke-self': ['update'],
  'sys/capabilities-self': ['update'],
  'sys/leases/renew': ['update'],
  'sys/leases/lookup': ['update']
}

export class Policies {
  readonly #rules = new Map<string, Rules>([['default', DEFAULT]])

  set(name: string, rules: Rules): void {
    this.#rules.set(name, rules)
  }

  capabilities(policies: readonly string[], path: string): readonly (Capability | 'root' | 'deny')[] {
    if (policies.includes('root')) return ['root']
    const rules = policies.flatMap((name) => Object.entries(this.#rules.get(name) ?? {}))
    const found = rules.flatMap(([pattern, capabilities]) => (matches(pattern, path) ? capabilities : []))
    return found.length === 0 ? ['deny'] : [...new Set(found)]
  }

  may(policies: readonly string[], path: string, capability: Capability): boolean {
    const found = this.capabilities(policies, path)
    return found.includes('root') || found.includes(capability)
  }

  /** Whether anything may be done at all below a mount. */
  sees(policies: readonly string[], mount: string): boolean {
    if (policies.includes('root')) return true
    const patterns = policies.flatMap((name) => Object.keys(this.#rules.get(name) ?? {}))
    return patterns.some((pattern) => pattern.startsWith(mount) || matches(pattern, mount))
  }
}

function matches(pattern: string, path: string): boolean {
  const source = pattern
    .split('*')[0]
    ?.split('+')
    .map((part) => RegExp.escape(part))
    .join('[^/]+')
  return new RegExp(`^${source ?? ''}${pattern.endsWith('*') ? '' : '$'}`).test(path)
}
