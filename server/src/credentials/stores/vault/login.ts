/**
 * How a store gets a token of its own: it is given one, or logs in for one.
 * https://developer.hashicorp.com/vault/api-docs/auth
 */
import { readFile } from 'node:fs/promises'
import type { JsonObject } from '@bellhop/sdk'
import { unauthenticated } from '../faults.ts'
import { dataOf, faultOf, isAboutPolicy, notVault, tokenOf, type TokenGiven } from './answers.ts'
import { encoded } from './path.ts'
import type { VaultAuth } from './config.ts'
import type { Connection, VaultAnswer } from './connection.ts'

/** What is shown to Vault, as it stands now. */
export type Proof =
  { method: 'token'; token: string } | { method: 'login'; title: string; mount: string; body: JsonObject }

/** @throws Fault `store_unauthenticated` where a file cannot be read */
export async function proofOf({ token, token_file, approle, kubernetes, jwt }: VaultAuth): Promise<Proof> {
  if (approle !== undefined) {
    const { role_id, mount, secret_id } = approle
    const secret = await given(secret_id, approle.secret_id_file, 'secret_id_file')
    return { method: 'login', title: 'AppRole', mount, body: { role_id, secret_id: secret } }
  }
  if (kubernetes !== undefined) {
    const { role, mount, jwt_file } = kubernetes
    const body = { role, jwt: await given(undefined, jwt_file, 'jwt_file') }
    return { method: 'login', title: 'Kubernetes', mount, body }
  }
  if (jwt !== undefined) {
    const body = { role: jwt.role, jwt: await given(jwt.jwt, jwt.jwt_file, 'jwt_file') }
    return { method: 'login', title: 'JWT', mount: jwt.mount, body }
  }
  return { method: 'token', token: await given(token, token_file, 'token_file') }
}

async function given(text: string | undefined, file: string | undefined, key: string): Promise<string> {
  if (text !== undefined) return text
  try {
    const read = (await readFile(file ?? '', 'utf8')).trim()
    if (read !== '') return read
  } catch {
    // Said below: what the file system says names the path, which the configuration shows.
  }
  throw unauthenticated(
    `cannot be asked: its \`${key}\` cannot be read, or is empty`,
    'Check the path, and that the user which runs Bellhop may read it.'
  )
}

/** @throws Fault `store_unauthenticated` and what `Connection.send` throws */
export async function logIn(connection: Connection, proof: Proof, signal: AbortSignal): Promise<TokenGiven> {
  return proof.method === 'token' ? lookUp(connection, proof.token, signal) : exchange(connection, proof, signal)
}

async function exchange(
  connection: Connection,
  { title, mount, body }: Extract<Proof, { method: 'login' }>,
  signal: AbortSignal
): Promise<TokenGiven> {
  const path = `auth/${encoded(mount.split('/'))}/login`
  const answer = await connection.send({ method: 'POST', path, body }, signal)
  if (answer.status === 200) return loggedIn(answer, title)
  if (![400, 401, 403, 404].includes(answer.status)) throw await faultOf(connection, answer, 'to log in', signal)
  throw unauthenticated(
    `did not let this store log in by ${title} (status ${answer.status})`,
    `Check what it logs in with, whether that has expired or is used up, its namespace, and that the method is mounted at auth/${mount}/.`
  )
}

function loggedIn(answer: VaultAnswer, title: string): TokenGiven {
  const auth = answer.body?.['auth']
  if (typeof auth === 'object' && auth !== null && 'mfa_requirement' in auth && auth.mfa_requirement !== null) {
    throw unauthenticated(`wants a second factor for ${title}`, 'Let this role log in without one.')
  }
  return tokenOf(answer)
}

/** What is known of a token that was configured. One whose policy hides even that from it is taken as it is. */
async function lookUp(connection: Connection, token: string, signal: AbortSignal): Promise<TokenGiven> {
  const answer = await lookUpSelf(connection, token, signal)
  const { ttl, renewable, type, creation_ttl: creation } = dataOf(answer) ?? {}
  if (answer.status === 403 && isAboutPolicy(answer)) return unknown(token)
  if (answer.status === 403) {
    throw unauthenticated('does not know the token that it was given', 'It has expired, was revoked, or is another’s.')
  }
  const { namespace } = connection.config
  if (answer.status === 404 && namespace !== undefined) {
    throw unauthenticated(`has no namespace ${namespace}`, 'Only OpenBao and Vault Enterprise have namespaces.')
  }
  if (answer.status !== 200) throw await faultOf(connection, answer, 'to look at its own token', signal)
  if (typeof ttl !== 'number') throw notVault()
  const longest = Math.max(ttl, typeof creation === 'number' ? creation : 0)
  const times = { leftMs: ttl * 1000, ttlMs: longest * 1000 }
  return { token, ...times, renewable: renewable === true && ttl > 0, batch: type === 'batch' }
}

const unknown = (token: string): TokenGiven => ({ token, leftMs: 0, ttlMs: 0, renewable: false, batch: false })

function lookUpSelf(connection: Connection, token: string, signal: AbortSignal): Promise<VaultAnswer> {
  return connection.send({ method: 'GET', path: 'auth/token/lookup-self', token }, signal)
}

/** Whether a token is none any more, as opposed to one that may not do something. @throws Fault of `Connection.send` */
export async function isDead(connection: Connection, token: string, signal: AbortSignal): Promise<boolean> {
  const answer = await lookUpSelf(connection, token, signal)
  if (answer.status === 200) return false
  if (answer.status === 403) return !isAboutPolicy(answer)
  throw await faultOf(connection, answer, 'to look at a token', signal)
}

/**
 * Makes a token live for so long from now. Less than what is left would shorten its life.
 * @throws Fault of `Connection.send`
 */
export async function renewSelf(
  connection: Connection,
  token: string,
  ttlMs: number,
  signal: AbortSignal
): Promise<VaultAnswer> {
  const body = { increment: `${Math.ceil(ttlMs / 1000)}s` }
  return connection.send({ method: 'POST', path: 'auth/token/renew-self', token, body }, signal)
}
