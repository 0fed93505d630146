/**
 * The people who sign in. All of them are administrators. A user sets the password by a link that works once, for a few
 * days; of its token the SHA-256 is kept.
 */
import { Fault } from '@bellhop/sdk'
import type { Reader } from '../../storage/tx.ts'
import { checkedName, folded } from './names.ts'
import { allUsers, anotherActive, userByName, type authCommands } from './rows.ts'
import type { Sessions } from './sessions.ts'
import { newToken, tokenHash } from './tokens.ts'

const LINK_MS = 3 * 86_400_000

export interface UserView {
  name: string
  /** Whether there is a password, and so somebody who can sign in. */
  active: boolean
  created_at: number
  /** Until when the user's link works; null where there is none. */
  link_expires_at: number | null
  /** When a session of theirs was used last; null where there is none. */
  seen_at: number | null
}

/** A link's token, which is shown once. */
export interface UserLink {
  name: string
  token: string
  expires_at: number
}

type Commands = Pick<typeof authCommands, 'addUser' | 'linkUser' | 'removeUser'>

export interface UserStorage {
  readonly reader: Reader
  write<K extends keyof Commands>(name: K, args: Parameters<Commands[K]>[1]): Promise<Awaited<ReturnType<Commands[K]>>>
}

export class Users {
  readonly #storage: UserStorage
  readonly #sessions: Pick<Sessions, 'changed'>
  readonly #now: () => number
  #active = false

  constructor(storage: UserStorage, sessions: Pick<Sessions, 'changed'>, now: () => number) {
    this.#storage = storage
    this.#sessions = sessions
    this.#now = now
  }

  /** Whether anybody can sign in. Once somebody can, somebody always can. */
  async some(): Promise<boolean> {
    if (!this.#active) this.#active = (await this.#storage.reader.get(anotherActive, { but: 0 })) !== undefined
    return this.#active
  }

  async list(): Promise<UserView[]> {
    const now = this.#now()
    const rows = await this.#storage.reader.all(allUsers)
    return rows.map(({ name, password, created_at, link_expires_at, seen_at }) => ({
      name,
      active: password !== null,
      created_at,
      link_expires_at: link_expires_at !== null && link_expires_at > now ? link_expires_at : null,
      seen_at
    }))
  }

  /** Adds a user, who sets the password by the link. @throws Fault `user_name_unfit` (422), `user_exists` (409) */
  async add(text: string): Promise<UserLink> {
    const { name, folded } = checkedName(text)
    const { token, link, now, expiresAt } = this.#link()
    const user = { name, folded, password: null, passwordAt: null, link, linkExpiresAt: expiresAt, now }
    if (await this.#storage.write('addUser', user)) return { name, token, expires_at: expiresAt }
    throw new Fault('user_exists', 'there is a user of this name', {
      status: 409,
      hint: 'Choose another name, or make that user a new link.'
    })
  }

  /** A new link for a user, also one who forgot the password; an earlier one is void. @throws Fault `user_missing` (404) */
  async link(text: string): Promise<UserLink> {
    const user = await this.#storage.reader.get(userByName, { folded: folded(text) })
    const { token, link, expiresAt } = this.#link()
    if (user !== undefined && (await this.#storage.write('linkUser', { id: user.id, link, expiresAt })))
      return { name: user.name, token, expires_at: expiresAt }
    throw missing()
  }

  /** Removes a user and ends their sessions. @throws Fault `user_missing` (404), `last_user` (409) */
  async remove(text: string): Promise<void> {
    switch (await this.#storage.write('removeUser', { folded: folded(text) })) {
      case 'removed':
        return this.#sessions.changed()
      case 'missing':
        throw missing()
      case 'last':
        throw new Fault('last_user', 'nobody else can sign in', {
          status: 409,
          hint: 'Add another user first, and let them set a password.'
        })
    }
  }

  #link(): { token: string; link: Uint8Array; now: number; expiresAt: number } {
    const [token, now] = [newToken(), this.#now()]
    return { token, link: tokenHash(token), now, expiresAt: now + LINK_MS }
  }
}

function missing(): Fault {
  return new Fault('user_missing', 'there is no user of this name', {
    status: 404,
    hint: 'List them with `bellhop users`.'
  })
}
