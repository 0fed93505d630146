/**
 * How a Vault is configured. A credential is given as text or as the path of a file, which is read at each use, so that
 * whatever rotates it (an agent, Kubernetes) need tell nobody.
 */
import { X509Certificate } from 'node:crypto'
import type { JsonObject } from '@bellhop/sdk'
import { z } from 'zod'
import { address, common, text } from '../config.ts'

/** Where Kubernetes puts the token of a pod's service account. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token'

export interface VaultConfig {
  /** Without a slash at its end; may have a path, where a proxy puts Vault under one. */
  address: string
  namespace?: string | undefined
  /** PEM: what vouches for Vault’s certificate, in place of what this machine trusts. */
  ca?: string | undefined
  ca_file?: string | undefined
  auth: VaultAuth
  ttl: number
  timeout: number
}

/** Exactly one of them. */
export interface VaultAuth {
  token?: string | undefined
  token_file?: string | undefined
  approle?: AppRole | undefined
  kubernetes?: { role: string; jwt_file: string; mount: string } | undefined
  jwt?: { role: string; jwt?: string | undefined; jwt_file?: string | undefined; mount: string } | undefined
}

interface AppRole {
  role_id: string
  secret_id?: string | undefined
  secret_id_file?: string | undefined
  mount: string
}

const mount = (usual: string): z.ZodType<string, string | undefined> =>
  z
    .string()
    .regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/, 'the path at which the method is mounted, without slashes around it')
    .default(usual)

const approle = z
  .strictObject({
    role_id: text,
    secret_id: text.optional(),
    secret_id_file: text.optional(),
    mount: mount('approle')
  })
  .refine(one('secret_id', 'secret_id_file'), 'give exactly one of secret_id and secret_id_file')

const jwt = z
  .strictObject({ role: text, jwt: text.optional(), jwt_file: text.optional(), mount: mount('jwt') })
  .refine(one('jwt', 'jwt_file'), 'give exactly one of jwt and jwt_file')

const kubernetes = z.strictObject({ role: text, jwt_file: text.default(SERVICE_ACCOUNT), mount: mount('kubernetes') })

const auth = z
  .strictObject({
    token: text.optional(),
    token_file: text.optional(),
    approle: approle.optional(),
    kubernetes: kubernetes.optional(),
    jwt: jwt.optional()
  })
  .refine(
    one('token', 'token_file', 'approle', 'kubernetes', 'jwt'),
    'give exactly one of token, token_file, approle, kubernetes and jwt'
  )

export const vaultConfig: z.ZodType<VaultConfig> = z
  .strictObject({
    address: address.meta({ description: 'such as https://vault.example.com:8200' }),
    namespace: z
      .string()
      .regex(/^[^\s/]+(\/[^\s/]+)*\/?$/, 'a path of namespaces such as team/payments')
      .optional()
      .meta({ description: 'OpenBao, Vault Enterprise; such as team/payments' }),
    ca: z
      .string()
      .refine(isPem, 'certificates as PEM text')
      .optional()
      .meta({ description: 'the certificate of a private authority, in PEM' }),
    ca_file: text.optional().meta({ description: 'the same, as the path of a file' }),
    auth: auth.meta({ description: 'one of token, token_file, approle, kubernetes and jwt' }),
    ...common
  })
  .refine(({ ca, ca_file }) => ca === undefined || ca_file === undefined, 'give ca or ca_file, not both')

function one(...names: string[]): (given: Readonly<Record<string, unknown>>) => boolean {
  return (given) => names.filter((name) => given[name] !== undefined).length === 1
}

function isPem(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}

/** What may be seen of it. A role’s name and its id say who asks, not that it may. */
export function showVault({ address, namespace, ca, ca_file, auth, ttl, timeout }: VaultConfig): JsonObject {
  return {
    address,
    ...(namespace === undefined ? {} : { namespace }),
    ...(ca === undefined ? {} : { ca: `${ca.split('-----BEGIN CERTIFICATE-----').length - 1} certificate(s)` }),
    ...(ca_file === undefined ? {} : { ca_file }),
    auth: showAuth(auth),
    ttl: `${ttl}ms`,
    timeout: `${timeout}ms`
  }
}

function showAuth({ token_file, approle, kubernetes, jwt }: VaultAuth): JsonObject {
  if (approle !== undefined) {
    const { role_id, mount, secret_id_file } = approle
    return { approle: { role_id, mount, ...(secret_id_file === undefined ? {} : { secret_id_file }) } }
  }
  if (kubernetes !== undefined) {
    const { role, jwt_file, mount } = kubernetes
    return { kubernetes: { role, jwt_file, mount } }
  }
  if (jwt !== undefined) {
    const { role, jwt_file, mount } = jwt
    return { jwt: { role, mount, ...(jwt_file === undefined ? {} : { jwt_file }) } }
  }
  return token_file === undefined ? { token: 'given' } : { token_file }
}

/** What must not be. What stands in files is read where it is used, and is in no message. */
export function vaultSecrets({ auth }: VaultConfig): string[] {
  return [auth.token, auth.approle?.secret_id, auth.jwt?.jwt].filter((secret) => secret !== undefined)
}
