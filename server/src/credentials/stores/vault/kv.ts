/**
 * The KV engine, in both versions.
 * https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
 */
import type { Fault, Json, JsonObject } from '@bellhop/sdk'
import { badInput, denied, notThere } from '../faults.ts'
import { dataOf, forbidden, notVault, objectOf, says, stanza } from './answers.ts'
import type { VaultClient } from './client.ts'
import type { VaultAnswer, VaultRequest } from './connection.ts'
import type { Mount } from './mounts.ts'
import { encoded, shown, type Segments } from './path.ts'

/** A place in a KV mount. */
export interface KvPlace {
  mount: Mount
  /** The whole path, the mount's too. */
  path: Segments
}

export interface KvSecret {
  data: JsonObject
  /** `version`, `created_time` and the like; empty in version 1. */
  metadata: JsonObject
  /** Unix milliseconds. */
  expiresAt: number | undefined
}

interface Asked {
  signal: AbortSignal
  now: number
}

/** @throws Fault `store_path_missing`, `store_denied`, `store_bad_input`, and what a request throws */
export async function readKv(
  client: VaultClient,
  place: KvPlace,
  version: string | undefined,
  { signal, now }: Asked
): Promise<KvSecret> {
  checkVersion(place, version)
  const path = pathTo(place, 'data')
  const query = version === undefined ? {} : { version }
  const { answer } = await client.asStore({ method: 'GET', path, query }, signal)
  if (answer.status === 200) return place.mount.engine === 'kv2' ? secretOf2(answer) : secretOf1(answer, now)
  throw await whyNot(client, place, { answer, path, capability: 'read', version, signal })
}

/** The names below a path; those of folders end in a slash. @throws as `readKv` */
export async function listKv(client: VaultClient, place: KvPlace, signal: AbortSignal): Promise<string[]> {
  const path = pathTo(place, 'metadata')
  const { answer } = await client.asStore({ method: 'GET', path, query: { list: 'true' } }, signal)
  if (answer.status !== 200) throw await whyNot(client, place, { answer, path, capability: 'list', signal })
  const keys = dataOf(answer)?.['keys']
  if (!Array.isArray(keys)) throw notVault()
  return keys.filter((key) => typeof key === 'string')
}

export interface KvWrite {
  data: JsonObject
  /** The version that has to be there still; 0: none. */
  cas: number | undefined
}

/**
 * @returns the new version's metadata; empty in version 1
 * @throws as `readKv`
 */
export async function writeKv(
  client: VaultClient,
  place: KvPlace,
  { data, cas }: KvWrite,
  signal: AbortSignal
): Promise<JsonObject> {
  const two = place.mount.engine === 'kv2'
  if (!two && cas !== undefined) throw badInput('cas', 'is for KV version 2, and this mount has version 1')
  const path = pathTo(place, 'data')
  const body = two ? { data, ...(cas === undefined ? {} : { options: { cas } }) } : data
  const { answer } = await client.asStore({ method: 'POST', path, body }, signal)
  if (answer.status === 200 || answer.status === 204) return dataOf(answer) ?? {}
  if (says(answer, /check-and-set parameter did not match/)) throw badInput('cas', 'is not the version that is there')
  if (says(answer, /check-and-set parameter required/)) throw badInput('cas', 'has to be given for this secret')
  if (says(answer, /missing data fields/)) throw badInput('data', 'is empty')
  throw await whyNot(client, place, { answer, path, capability: 'update', signal })
}

function checkVersion({ mount, path }: KvPlace, version: string | undefined): void {
  if (path.length === mount.at.length) throw isMount(path)
  if (version === undefined) return
  if (mount.engine === 'kv1') throw badInput('version', `is for KV version 2, and ${shown(mount.at)}/ has version 1`)
  if (!/^[1-9]\d{0,8}$/.test(version)) throw badInput('version', 'is not a whole number from 1')
}

function isMount(path: Segments): Fault {
  return notThere(`has an engine at ${shown(path)}/ and not a secret`, 'Write the path of a secret in it.')
}

/** Version 2 keeps values and what is known of them under two names. */
function pathTo({ mount, path }: KvPlace, part: 'data' | 'metadata'): string {
  if (mount.engine === 'kv1') return encoded(path)
  return encoded([...mount.at, part, ...path.slice(mount.at.length)])
}

function secretOf1(answer: VaultAnswer, now: number): KvSecret {
  const data = dataOf(answer)
  if (data === undefined) throw notVault()
  const seconds = answer.body?.['lease_duration']
  return {
    data,
    metadata: {},
    expiresAt: typeof seconds === 'number' && seconds > 0 ? now + seconds * 1000 : undefined
  }
}

function secretOf2(answer: VaultAnswer): KvSecret {
  const { data, metadata } = dataOf(answer) ?? {}
  const fields = objectOf(data)
  const known = objectOf(metadata)
  if (fields === undefined || known === undefined) throw notVault()
  return { data: fields, metadata: known, expiresAt: timeOf(known['deletion_time']) }
}

/** Unix milliseconds of an RFC 3339 time. */
function timeOf(value: Json | undefined): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isNaN(ms) ? undefined : ms
}

interface Refused {
  answer: VaultAnswer
  /** As it was asked, encoded. */
  path: VaultRequest['path']
  capability: 'read' | 'list' | 'update'
  version?: string | undefined
  signal: AbortSignal
}

async function whyNot(client: VaultClient, place: KvPlace, refused: Refused): Promise<Fault> {
  const { answer, path, capability, version, signal } = refused
  const what = shown(place.path)
  if (answer.status !== 403 && answer.status !== 404) {
    return client.fault(answer, `to ${capability} ${what}`, signal)
  }
  if (place.mount.assumed) return noMount(place, path, capability, answer.status)
  if (answer.status === 404) return missing(place, version, answer)
  return forbidden(`may not ${capability} ${what}: its policy does not let it`, path, capability)
}

/** Vault does not tell a mount that is not there from one that a token has nothing to do with. */
function noMount({ mount, path }: KvPlace, asked: string, capability: string, status: number): Fault {
  const at = `${shown(mount.at)}/`
  const hint = `See \`vault secrets list\`; if ${shown(path)} is there, add to the policy of its token: ${stanza(asked, capability)}`
  if (status === 404) return notThere(`has no secrets engine at ${at}`, hint)
  return denied(`has no secrets engine at ${at}, or lets this store see nothing of it`, hint)
}

function missing({ mount, path }: KvPlace, version: string | undefined, answer: VaultAnswer): Fault {
  const metadata = objectOf(dataOf(answer)?.['metadata'])
  const what = version === undefined ? shown(path) : `version ${version} of ${shown(path)}`
  if (metadata?.['destroyed'] === true)
    return notThere(`has destroyed ${what}`, 'Write a new version, or name another.')
  if (metadata !== undefined) {
    return notThere(`has deleted ${what}`, 'Bring it back with `vault kv undelete`, or name another version.')
  }
  const doubled = mount.engine === 'kv2' && path[mount.at.length] === 'data'
  const hint = doubled
    ? 'Write the path as the command line takes it, without `data/` after the mount.'
    : `Look what is there with \`vault kv list ${shown(path.slice(0, -1))}\`.`
  return notThere(
    `has no ${what} (${mount.engine === 'kv2' ? 'KV version 2' : 'KV version 1'} at ${shown(mount.at)}/)`,
    hint
  )
}
