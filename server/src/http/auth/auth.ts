/**
 * Who may call the admin API: programs with the admin token, and people who sign in. `gate.ts` is where every call passes,
 * `sign-in.ts` how somebody comes to have a session. Nothing of it that could be used is kept: passwords as slow hashes under
 * the master key, tokens of sessions and links as hashes, the first administrator's link not at all.
 */
import type { MasterKey } from '../../secrets/seal.ts'
import { Attempts } from './attempts.ts'
import { Passwords } from './passwords.ts'
import { Sessions, type SessionStorage } from './sessions.ts'
import { OwnSetupLink, type SetupLink } from './setup-link.ts'
import { SignIn, type SignInStorage } from './sign-in.ts'
import { Users, type UserStorage } from './users.ts'

/** What the API and the command line need of this subject. */
export interface Auth {
  sessions: Sessions
  users: Users
  signIn: SignIn
}

export function createAuth(
  storage: SessionStorage & UserStorage & SignInStorage,
  master: MasterKey,
  now: () => number,
  setupLink: SetupLink = new OwnSetupLink()
): Auth {
  const sessions = new Sessions(storage, now)
  const users = new Users(storage, sessions, now)
  const [passwords, attempts] = [new Passwords(master), new Attempts(now)]
  return { sessions, users, signIn: new SignIn({ storage, passwords, attempts, sessions, users, setupLink, now }) }
}
