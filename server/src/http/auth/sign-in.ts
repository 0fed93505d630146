/**
 * How somebody comes to have a session: by name and password, or by a link that sets a password. What goes wrong says the
 * same whether there is such a user or not, and takes as long.
 */
import { Fault } from '@bellhop/sdk'
import type { Reader } from '../../storage/tx.ts'
import type { Attempts } from './attempts.ts'
import { checkedName, folded } from './names.ts'
import { checkPassword, type Passwords } from './passwords.ts'
import { userById, userByLink, userByName, type authCommands } from './rows.ts'
import type { Opened, Sessions, SignedIn } from './sessions.ts'
import type { SetupLink } from './setup-link.ts'
import { tokenHash } from './tokens.ts'
import type { Users } from './users.ts'

/** Where a request comes from. */
export interface Caller {
  ip: string
  /** Browser and system, in our words. */
  agent: string
  /** The token of the session that the browser has so far. */
  replaces: string | undefined
}

type Commands = Pick<typeof authCommands, 'addFirstUser' | 'redeemLink' | 'changePassword'>

export interface SignInStorage {
  readonly reader: Reader
  write<K extends keyof Commands>(name: K, args: Parameters<Commands[K]>[1]): Promise<Awaited<ReturnType<Commands[K]>>>
}

export interface SignInParts {
  storage: SignInStorage
  passwords: Passwords
  attempts: Attempts
  sessions: Sessions
  users: Users
  setupLink: SetupLink
  now: () => number
}

export class SignIn {
  readonly #parts: SignInParts

  constructor(parts: SignInParts) {
    this.#parts = parts
  }

  /** Whether the first administrator is still to be made. */
  async setupNeeded(): Promise<boolean> {
    return !(await this.#parts.users.some())
  }

  /** A new token for the first administrator's link. @throws Fault `set_up_already` (409) */
  async newSetupLink(): Promise<string> {
    if (await this.setupNeeded()) return this.#parts.setupLink.make()
    throw new Fault('set_up_already', 'there is an administrator already', {
      status: 409,
      hint: 'Whoever forgot the password needs a link of their own: `bellhop users link <name>`.'
    })
  }

  /** @throws Fault `sign_in_refused` (403), `too_many_attempts` (429), `sign_in_busy` (503) */
  async byPassword({ name, password }: { name: string; password: string }, caller: Caller): Promise<Opened> {
    const { storage, passwords, attempts } = this.#parts
    const key = folded(name)
    attempts.begin(caller.ip, key)
    const user = await storage.reader.get(userByName, { folded: key })
    const right = await passwords.matches(password, user?.password ?? null)
    if (!right || user === undefined) throw refused()
    attempts.succeeded(caller.ip, key)
    return this.#open(user.id, caller)
  }

  /**
   * Whose password a link sets; null for the first administrator, whose name is still to be chosen.
   * @throws Fault `link_void` (410), `too_many_attempts` (429)
   */
  async linkOf(token: string, { ip }: Caller): Promise<{ name: string | null }> {
    const { storage, attempts, now, setupLink } = this.#parts
    attempts.begin(ip)
    const user = await storage.reader.get(userByLink, { link: tokenHash(token), now: now() })
    if (user === undefined && !(setupLink.accepts(token) && (await this.setupNeeded()))) throw linkVoid()
    attempts.succeeded(ip)
    return { name: user?.name ?? null }
  }

  /**
   * Sets a password by link, and signs in.
   * @param name of the first administrator; everybody else has one already
   * @throws Fault `link_void` (410), `user_name_unfit`, `password_unfit` (422), `too_many_attempts` (429)
   */
  async byLink(
    { token, name, password }: { token: string; name: string; password: string },
    caller: Caller
  ): Promise<Opened> {
    const { storage, passwords, sessions, setupLink, now } = this.#parts
    const whose = await this.linkOf(token, caller)
    const chosen = checkedName(whose.name ?? name)
    checkPassword(password, chosen.name)
    const hash = await passwords.hash(password)
    const id =
      whose.name === null
        ? await storage.write('addFirstUser', { ...chosen, password: hash, now: now() })
        : await storage.write('redeemLink', { link: tokenHash(token), password: hash, now: now() })
    if (id === undefined) throw linkVoid()
    setupLink.void()
    sessions.changed()
    return this.#open(id, caller)
  }

  /**
   * Changes the password of whoever is signed in, ends all their sessions and begins a new one.
   * @throws Fault `password_wrong` (403), `password_unfit` (422), `too_many_attempts` (429)
   */
  async changePassword({ user }: SignedIn, words: { current: string; next: string }, caller: Caller): Promise<Opened> {
    const { storage, passwords, attempts, sessions, now } = this.#parts
    const key = folded(user.name)
    attempts.begin(caller.ip, key)
    const from = (await storage.reader.get(userById, { id: user.id }))?.password ?? null
    if (!(await passwords.matches(words.current, from)) || from === null) throw passwordWrong()
    attempts.succeeded(caller.ip, key)
    checkPassword(words.next, user.name)
    const password = await passwords.hash(words.next)
    if (!(await storage.write('changePassword', { user: user.id, from, password, now: now() }))) throw passwordWrong()
    sessions.changed()
    return this.#open(user.id, caller)
  }

  async #open(id: number, { agent, replaces }: Caller): Promise<Opened> {
    const { storage, sessions } = this.#parts
    const user = await storage.reader.get(userById, { id })
    const passwordAt = user?.password_at
    if (user === undefined || passwordAt === undefined || passwordAt === null) throw refused()
    const opened = await sessions.open({ id, name: user.name, passwordAt }, { agent, replaces })
    if (opened === undefined) throw refused()
    return opened
  }
}

function refused(): Fault {
  return new Fault('sign_in_refused', 'name or password is wrong', {
    status: 403,
    hint: 'Whoever forgot the password needs a new link: `bellhop users link <name>` prints one.'
  })
}

function passwordWrong(): Fault {
  return new Fault('password_wrong', 'this is not your present password', { status: 403 })
}

function linkVoid(): Fault {
  return new Fault('link_void', 'this link was used already, has expired, or a newer one took its place', {
    status: 410,
    hint: 'Ask for another: `bellhop users link` prints one.'
  })
}
