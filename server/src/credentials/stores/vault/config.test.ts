import { expect, test } from 'vitest'
import { createAuthority } from '../../../egress/fixtures/certificates.ts'
import { checkConfig } from '../config.ts'
import { showVault, vaultConfig, vaultSecrets } from './config.ts'

const ADDRESS = 'https://vault.example.com:8200'
const SECRET = 'pasted-credential'

function mistakes(written: unknown): string[] {
  const checked = checkConfig(vaultConfig, written)
  if ('config' in checked) return []
  expect(JSON.stringify(checked)).not.toContain(SECRET)
  return checked.mistakes.map(({ path, message }) => `${path}: ${message}`)
}

function config(written: unknown) {
  const checked = checkConfig(vaultConfig, written)
  if ('config' in checked) return checked.config
  throw new Error(JSON.stringify(checked.mistakes))
}

test.each([
  { token: SECRET },
  { token_file: '/run/token' },
  { approle: { role_id: 'r', secret_id: SECRET } },
  { approle: { role_id: 'r', secret_id_file: '/run/id', mount: 'team/approle' } },
  { kubernetes: { role: 'bellhop' } },
  { jwt: { role: 'bellhop', jwt: SECRET } },
  { jwt: { role: 'bellhop', jwt_file: '/run/jwt' } }
])('%j is a way to authenticate, and is shown without its credential', (auth) => {
  const parsed = config({ address: ADDRESS, auth })
  expect(JSON.stringify(showVault(parsed))).not.toContain(SECRET)
  expect(vaultSecrets(parsed)).toEqual(JSON.stringify(auth).includes(SECRET) ? [SECRET] : [])
})

test.each([
  [{}, 'auth'],
  [{ token: SECRET, token_file: '/x' }, 'exactly one of token, token_file, approle, kubernetes and jwt'],
  [{ approle: { role_id: 'r' } }, 'exactly one of secret_id and secret_id_file'],
  [{ approle: { role_id: 'r', secret_id: SECRET, secret_id_file: '/x' } }, 'exactly one of secret_id'],
  [{ jwt: { role: 'r' } }, 'exactly one of jwt and jwt_file'],
  [{ approle: { role_id: 'r', secret_id: SECRET, mount: `../${SECRET}` } }, 'the path at which the method is mounted'],
  [{ token: '' }, 'a text that is not empty'],
  [{ token: SECRET, [SECRET]: 1 }, 'a key that is not known here']
])('%j is none', (auth, problem) => {
  expect(mistakes({ address: ADDRESS, auth }).join('\n')).toContain(problem)
})

test.each([`https://user:${SECRET}@vault.example.com`, `https://x/?${SECRET}`, 'ftp://vault', SECRET])(
  '%j is no address',
  (address) => {
    expect(mistakes({ address, auth: { token: SECRET } }).join()).toContain('an address such as')
  }
)

test('a key that is not there is missing, and one of another type is told what was expected', () => {
  expect(mistakes({ ttl: 60, auth: { approle: { role_id: 5 } } })).toEqual([
    'address: is missing: an address such as https://host:8200, without a user, a query or a fragment',
    'auth.approle.role_id: expected text',
    'ttl: expected a duration from 0s to 1d, such as 30s'
  ])
  expect(mistakes({ address: ADDRESS })).toEqual(['auth: is missing'])
})

test('a path in front of the API stays, a slash at the end goes', () => {
  expect(config({ address: 'https://gw.example.com/vault/', auth: { token: SECRET } }).address).toBe(
    'https://gw.example.com/vault'
  )
})

test('an authority is a certificate, given once', () => {
  const ca = createAuthority().cert
  expect(showVault(config({ address: ADDRESS, auth: { token: SECRET }, ca: ca + ca }))).toMatchObject({
    ca: '2 certificate(s)'
  })
  expect(mistakes({ address: ADDRESS, auth: { token: SECRET }, ca: SECRET }).join()).toContain('certificates as PEM')
  expect(mistakes({ address: ADDRESS, auth: { token: SECRET }, ca, ca_file: '/x' }).join()).toContain('not both')
})
