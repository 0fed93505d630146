/** Users and their sessions at rest: every statement and every write of them. */
import { announces, concurrent, type Command } from '../../storage/command.ts'
import { query } from '../../storage/query.ts'

export const userByName = query<{ folded: string }>()((db, p) =>
  db.selectFrom('users').selectAll().where('folded', '=', p.folded)
)
export const userById = query<{ id: number }>()((db, p) => db.selectFrom('users').selectAll().where('id', '=', p.id))
export const userByLink = query<{ link: Uint8Array; now: number }>()((db, p) =>
  db.selectFrom('users').selectAll().where('link', '=', p.link).where('link_expires_at', '>', p.now)
)
export const allUsers = query()((db) =>
  db
    .selectFrom('users')
    .selectAll()
    .select((of) =>
      of
        .selectFrom('sessions')
        .whereRef('sessions.user', '=', 'users.id')
        .select(({ fn }) => fn.max('sessions.seen_at').as('at'))
        .as('seen_at')
    )
    .orderBy('folded')
)
/** Somebody who can sign in, other than one user. */
export const anotherActive = query<{ but: number }>()((db, p) =>
  db.selectFrom('users').select('id').where('password', 'is not', null).where('id', '<>', p.but).limit(1)
)
export const sessionByToken = query<{ token: Uint8Array; now: number }>()((db, p) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user')
    .select(['sessions.id', 'sessions.user', 'users.name', 'sessions.created_at', 'sessions.seen_at'])
    .where('token', '=', p.token)
    .where('sessions.expires_at', '>', p.now)
)
export const sessionById = query<{ id: number; now: number }>()((db, p) =>
  db.selectFrom('sessions').select('id').where('id', '=', p.id).where('expires_at', '>', p.now)
)
export const sessionsOfUser = query<{ user: number; now: number }>()((db, p) =>
  db
    .selectFrom('sessions')
    .select(['id', 'agent', 'created_at', 'seen_at'])
    .where('user', '=', p.user)
    .where('expires_at', '>', p.now)
    .orderBy('seen_at', 'desc')
    .orderBy('id', 'desc')
)

interface NewUser {
  name: string
  folded: string
  password: string | null
  passwordAt: number | null
  link: Uint8Array | null
  linkExpiresAt: number | null
  now: number
}

const insertUser = query<NewUser>()((db, p) =>
  db
    .insertInto('users')
    .values({
      name: p.name,
      folded: p.folded,
      password: p.password,
      password_at: p.passwordAt,
      link: p.link,
      link_expires_at: p.linkExpiresAt,
      created_at: p.now
    })
    .returning('id')
)
const updateLink = query<{ id: number; link: Uint8Array; expiresAt: number }>()((db, p) =>
  db.updateTable('users').set({ link: p.link, link_expires_at: p.expiresAt }).where('id', '=', p.id)
)
/** A link is of no use once a password was set in whatever way. */
const updatePassword = query<{ id: number; password: string; now: number }>()((db, p) =>
  db
    .updateTable('users')
    .set({ password: p.password, password_at: p.now, link: null, link_expires_at: null })
    .where('id', '=', p.id)
)
const deleteUser = query<{ id: number }>()((db, p) => db.deleteFrom('users').where('id', '=', p.id))
const deleteSessionsOf = query<{ user: number }>()((db, p) => db.deleteFrom('sessions').where('user', '=', p.user))
const deleteSession = query<{ id: number; user: number }>()((db, p) =>
  db.deleteFrom('sessions').where('id', '=', p.id).where('user', '=', p.user)
)
const deleteToken = query<{ token: Uint8Array }>()((db, p) => db.deleteFrom('sessions').where('token', '=', p.token))
const deleteExpired = query<{ now: number }>()((db, p) => db.deleteFrom('sessions').where('expires_at', '<=', p.now))
const deleteOldest = query<{ user: number; kept: number }>()((db, p) =>
  db
    .deleteFrom('sessions')
    .where('id', 'in', (of) =>
      of
        .selectFrom('sessions')
        .select('id')
        .where('user', '=', p.user)
        .orderBy('seen_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1000)
        .offset(p.kept)
    )
)
const insertSession = query<NewSession>()((db, p) =>
  db.insertInto('sessions').values({
    token: p.token,
    user: p.user,
    agent: p.agent,
    created_at: p.now,
    seen_at: p.now,
    expires_at: p.expiresAt
  })
)
const updateSeen = query<Seen>()((db, p) =>
  db.updateTable('sessions').set({ seen_at: p.now, expires_at: p.expiresAt }).where('id', '=', p.id)
)

/** How many browsers one user may be signed in with; the one unused for longest makes room. */
const MAX_SESSIONS = 50

export interface NewSession {
  token: Uint8Array
  user: number
  /** When the password was set that opens it: with another one since then, it stays closed. */
  passwordAt: number
  agent: string
  now: number
  expiresAt: number
  /** The session that this browser had before. */
  replaces: Uint8Array | null
}

interface Seen {
  id: number
  now: number
  expiresAt: number
}

/** False where the name is taken. */
const addUser: Command<NewUser, boolean> = async (tx, user) => {
  if ((await tx.get(userByName, user)) !== undefined) return false
  await tx.get(insertUser, user)
  return true
}

/** The first user with a password, also where that name was invited; undefined where there is one already. */
const addFirstUser: Command<
  { name: string; folded: string; password: string; now: number },
  number | undefined
> = async (tx, { name, folded, password, now }) => {
  if ((await tx.get(anotherActive, { but: 0 })) !== undefined) return undefined
  const invited = await tx.get(userByName, { folded })
  if (invited === undefined) {
    const user = { name, folded, password, passwordAt: now, link: null, linkExpiresAt: null, now }
    return (await tx.get(insertUser, user))?.id
  }
  await tx.run(updatePassword, { id: invited.id, password, now })
  return invited.id
}

const linkUser: Command<{ id: number; link: Uint8Array; expiresAt: number }, boolean> = async (tx, link) =>
  (await tx.run(updateLink, link)).changes > 0

/** Sets a password by link, once, and ends the user's sessions: a link is also what a forgotten password needs. */
const redeemLink: Command<{ link: Uint8Array; password: string; now: number }, number | undefined> = async (
  tx,
  { link, password, now }
) => {
  const user = await tx.get(userByLink, { link, now })
  if (user === undefined) return undefined
  await tx.run(updatePassword, { id: user.id, password, now })
  await tx.run(deleteSessionsOf, { user: user.id })
  return user.id
}

/** Sets a password where the one before is still `from`, and ends the user's sessions. */
const changePassword: Command<{ user: number; from: string; password: string; now: number }, boolean> = async (
  tx,
  { user, from, password, now }
) => {
  if ((await tx.get(userById, { id: user }))?.password !== from) return false
  await tx.run(updatePassword, { id: user, password, now })
  await tx.run(deleteSessionsOf, { user })
  return true
}

const removeUser: Command<{ folded: string }, 'removed' | 'missing' | 'last'> = async (tx, { folded }) => {
  const user = await tx.get(userByName, { folded })
  if (user === undefined) return 'missing'
  // Else the next start would offer the house to whoever reads its output.
  if (user.password !== null && (await tx.get(anotherActive, { but: user.id })) === undefined) return 'last'
  await tx.run(deleteSessionsOf, { user: user.id })
  await tx.run(deleteUser, { id: user.id })
  return 'removed'
}

/** False where the password was changed, or the user removed, while it was being checked. */
const openSession: Command<NewSession, boolean> = async (tx, session) => {
  if ((await tx.get(userById, { id: session.user }))?.password_at !== session.passwordAt) return false
  await tx.run(deleteExpired, session)
  if (session.replaces !== null) await tx.run(deleteToken, { token: session.replaces })
  await tx.run(deleteOldest, { user: session.user, kept: MAX_SESSIONS - 1 })
  await tx.run(insertSession, session)
  return true
}

const seeSession: Command<Seen, undefined> = async (tx, seen) => {
  await tx.run(updateSeen, seen)
  return undefined
}

const endSession: Command<{ id: number; user: number }, boolean> = async (tx, session) =>
  (await tx.run(deleteSession, session)).changes > 0

const endSessions: Command<{ user: number }, undefined> = async (tx, whose) => {
  await tx.run(deleteSessionsOf, whose)
  return undefined
}

/** What commands announce after which a session may be none any more. */
export const SESSIONS = 'sessions'

const subject = (): string => SESSIONS

/** The writer's commands of this subject. Those that are one statement about rows of sessions are not watched. */
export const authCommands = {
  addUser,
  addFirstUser,
  linkUser,
  redeemLink: announces(redeemLink, subject),
  changePassword: announces(changePassword, subject),
  removeUser: announces(removeUser, subject),
  openSession,
  seeSession: concurrent(seeSession),
  endSession: announces(concurrent(endSession), subject),
  endSessions: announces(concurrent(endSessions), subject)
}
