/** The stand-in's ways to log in: AppRole, and the two that take a signed token, which here is known by its text. */
import type { JsonObject } from '@bellhop/sdk'
import type { TokenSettings } from './tokens.ts'

export interface LoginRole {
  /** What has to be shown: `role_id` and `secret_id`, or `role` and `jwt`. */
  proof: Readonly<Record<string, string>>
  token: TokenSettings
}

interface LoginMethod {
  type: 'approle' | 'kubernetes' | 'jwt'
  roles: LoginRole[]
}

type LoginOutcome = { token: TokenSettings } | { status: number; errors: string[] }

export class Logins {
  readonly #methods = new Map<string, LoginMethod>()

  /** @param mount where, as `approle` */
  add(mount: string, type: LoginMethod['type'], role: LoginRole): void {
    const method = this.#methods.get(mount) ?? { type, roles: [] }
    method.roles.push(role)
    this.#methods.set(mount, method)
  }

  /** The secret id of a role is another one from now on. */
  rotate(mount: string, proof: LoginRole['proof']): void {
    for (const role of this.#methods.get(mount)?.roles ?? []) role.proof = proof
  }

  logIn(mount: string, body: JsonObject): LoginOutcome {
    const method = this.#methods.get(mount)
    if (method === undefined) return { status: 403, errors: ['permission denied'] }
    const role = method.roles.find(({ proof }) => Object.entries(proof).every(([name, text]) => body[name] === text))
    if (role !== undefined) return { token: role.token }
    return method.type === 'kubernetes'
      ? { status: 403, errors: ['permission denied'] }
      : { status: 400, errors: [method.type === 'approle' ? 'invalid role or secret ID' : 'error validating token'] }
  }
}
