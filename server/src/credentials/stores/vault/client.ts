/** Requests to one Vault under the store's session, or under a token that was made for a run. */
import type { Fault } from '@bellhop/sdk'
import { unauthenticated } from '../faults.ts'
import { faultOf } from './answers.ts'
import type { Connection, VaultAnswer, VaultRequest } from './connection.ts'
import { isDead } from './login.ts'
import type { Session, Sessions } from './sessions.ts'

/** What an answer was asked with. */
export interface Answered {
  answer: VaultAnswer
  session: Session
}

export class VaultClient {
  readonly connection: Connection
  readonly #sessions: Sessions

  constructor(connection: Connection, sessions: Sessions) {
    this.connection = connection
    this.#sessions = sessions
  }

  session(signal: AbortSignal): Promise<Session> {
    return this.#sessions.get(signal)
  }

  /**
   * As the store; once more in a new session where the token had died. A 403 that comes back is about permission.
   * @throws Fault `store_unauthenticated` where there is no other session, and what `Connection.send` throws
   */
  async asStore(request: VaultRequest, signal: AbortSignal): Promise<Answered> {
    const session = await this.#sessions.get(signal)
    const answer = await this.as(session.token, request, signal)
    if (answer.status !== 403 || !(await isDead(this.connection, session.token, signal))) return { answer, session }
    const fresh = await this.#sessions.get(signal, session)
    const again = await this.as(fresh.token, request, signal)
    if (again.status === 403 && (await isDead(this.connection, fresh.token, signal))) {
      throw unauthenticated(
        'does not know the token that it has just given',
        'Look at the load balancer in front: all nodes have to be of one cluster.'
      )
    }
    return { answer: again, session: fresh }
  }

  /** With this token. @throws Fault of `Connection.send` */
  as(token: string, request: VaultRequest, signal: AbortSignal): Promise<VaultAnswer> {
    return this.connection.send({ ...request, token }, signal)
  }

  /** The fault of an answer that means the same whatever was asked; `what` goes on after `refused`. */
  fault(answer: VaultAnswer, what: string, signal: AbortSignal): Promise<Fault> {
    return faultOf(this.connection, answer, what, signal)
  }
}
