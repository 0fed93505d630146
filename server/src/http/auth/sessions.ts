/**
 * Sessions of browsers. A session is a random token in a cookie, of which the SHA-256 is kept; a copied database signs
 * nobody in. It ends when it was not used for a day, a week after it began, and when its user says so.
 */
import { EventEmitter } from 'node:events'
import type { Reader } from '../../storage/tx.ts'
import { sessionById, SESSIONS, sessionByToken, sessionsOfUser, type authCommands } from './rows.ts'
import { csrfOf, newToken, tokenHash } from './tokens.ts'

const IDLE_MS = 86_400_000
const ABSOLUTE_MS = 7 * 86_400_000
/** How old `seen_at` may become before a request writes it again. */
const SEEN_EVERY_MS = 300_000

/** The longest that a cookie can be of use, in seconds. */
export const SESSION_SECONDS = ABSOLUTE_MS / 1000

/** Who makes a request, where a browser does. */
export interface SignedIn {
  id: number
  user: { id: number; name: string }
  csrf: string
}

/** A session that has just begun. The token goes into its cookie and nowhere else. */
export interface Opened extends Pick<SignedIn, 'csrf'> {
  user: { name: string }
  token: string
}

export interface SessionView {
  id: number
  agent: string
  created_at: number
  seen_at: number
}

type Commands = Pick<typeof authCommands, 'openSession' | 'seeSession' | 'endSession' | 'endSessions'>

export interface SessionStorage {
  readonly reader: Reader
  write<K extends keyof Commands>(name: K, args: Parameters<Commands[K]>[1]): Promise<Awaited<ReturnType<Commands[K]>>>
  onNotice(listener: (subject: string) => void): () => void
}

export class Sessions {
  readonly #storage: SessionStorage
  readonly #now: () => number
  readonly #ended = new EventEmitter<{ ended: [] }>().setMaxListeners(0)

  constructor(storage: SessionStorage, now: () => number) {
    this.#storage = storage
    this.#now = now
    storage.onNotice((subject) => {
      if (subject === SESSIONS || subject === '') this.changed()
    })
  }

  /** Who has this token; undefined for one that is unknown or over. */
  async find(token: string): Promise<SignedIn | undefined> {
    const now = this.#now()
    const row = await this.#storage.reader.get(sessionByToken, { token: tokenHash(token), now })
    if (row === undefined) return undefined
    if (now - row.seen_at > SEEN_EVERY_MS) this.#see(row, now)
    return { id: row.id, user: { id: row.user, name: row.name }, csrf: csrfOf(token) }
  }

  /**
   * Begins a session, with a token that nobody had before; the one that the browser had before ends.
   * @param user with the time of the password that was checked: where it is another by now, this is undefined
   */
  async open(
    user: { id: number; name: string; passwordAt: number },
    { agent, replaces }: { agent: string; replaces: string | undefined }
  ): Promise<Opened | undefined> {
    const now = this.#now()
    const token = newToken()
    const opened = await this.#storage.write('openSession', {
      token: tokenHash(token),
      user: user.id,
      passwordAt: user.passwordAt,
      agent,
      now,
      expiresAt: now + IDLE_MS,
      replaces: replaces === undefined ? null : tokenHash(replaces)
    })
    return opened ? { user: { name: user.name }, token, csrf: csrfOf(token) } : undefined
  }

  /** The latest seen first. */
  list(user: number): Promise<SessionView[]> {
    return this.#storage.reader.all(sessionsOfUser, { user, now: this.#now() })
  }

  /** Ends one of a user's sessions. False where there is none of this id. */
  async end(user: number, id: number): Promise<boolean> {
    const ended = await this.#storage.write('endSession', { user, id })
    this.changed()
    return ended
  }

  async endAll(user: number): Promise<void> {
    await this.#storage.write('endSessions', { user })
    this.changed()
  }

  /** Says that sessions may have ended: those who watch look again. */
  changed(): void {
    this.#ended.emit('ended')
  }

  /** Calls back whenever sessions may have ended. Returns what stops that. */
  onChange(look: () => void): () => void {
    this.#ended.on('ended', look)
    return () => void this.#ended.off('ended', look)
  }

  /** Whether a session that was found is still one. */
  async lives({ id }: SignedIn): Promise<boolean> {
    return (await this.#storage.reader.get(sessionById, { id, now: this.#now() })) !== undefined
  }

  /** Not waited for: whoever asks is answered, and what was not written down is tried again with the next request. */
  #see({ id, created_at }: { id: number; created_at: number }, now: number): void {
    const expiresAt = Math.min(now + IDLE_MS, created_at + ABSOLUTE_MS)
    this.#storage.write('seeSession', { id, now, expiresAt }).catch(() => {})
  }
}
