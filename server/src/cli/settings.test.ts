import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apps } from '@bellhop/components'
import { Fault } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import { PUBLIC_REGISTRY } from '../sandbox/build/install/public-registry.ts'
import { readRegistry, readSettings } from './settings.ts'

test('an empty environment means the defaults', () => {
  const defaults = { denyPrivate: false, logLevel: 'warn', trustedProxies: [], registry: { url: PUBLIC_REGISTRY } }
  expect(readSettings({}, apps)).toEqual(defaults)
  const empty = { BELLHOP_EGRESS_DENY_PRIVATE: '0', BELLHOP_PUBLIC_URL: '', BELLHOP_NPM_REGISTRY: '' }
  expect(readSettings(empty, apps)).toEqual(defaults)
})

test('settings are taken as they are meant', () => {
  const env = {
    BELLHOP_EGRESS_DENY_PRIVATE: 'true',
    BELLHOP_LOG_LEVEL: 'silent',
    BELLHOP_PUBLIC_URL: 'https://hooks.example.com/bellhop/',
    BELLHOP_TRUSTED_PROXIES: '10.0.0.5, fd00::/8',
    BELLHOP_NPM_REGISTRY: 'https://npm.example.com/all',
    BELLHOP_NPM_TOKEN_FILE: '/run/secrets/npm',
    BELLHOP_APP_SLACK_BASE_URL: 'https://slack.example.com/api'
  }
  expect(readSettings(env, apps)).toEqual({
    denyPrivate: true,
    logLevel: 'silent',
    publicUrl: 'https://hooks.example.com/bellhop',
    trustedProxies: ['10.0.0.5', 'fd00::/8'],
    registry: { url: 'https://npm.example.com/all/', tokenFile: '/run/secrets/npm' }
  })
})

test.each([
  ['BELLHOP_EGRESS_DENY_PRIVATE', 'yes, s3cret'],
  ['BELLHOP_LOG_LEVEL', 's3cret'],
  ['BELLHOP_PUBLIC_URL', 's3cret'],
  ['BELLHOP_PUBLIC_URL', 'ftp://s3cret.example'],
  ['BELLHOP_PUBLIC_URL', 'https://user:s3cret@hooks.example.com'],
  ['BELLHOP_PUBLIC_URL', 'https://hooks.example.com/?s3cret'],
  ['BELLHOP_TRUSTED_PROXIES', 's3cret.example.com'],
  ['BELLHOP_TRUSTED_PROXIES', '10.0.0.0/s3cret'],
  ['BELLHOP_NPM_REGISTRY', 'https://user:s3cret@npm.example.com/'],
  ['BELLHOP_NPM_REGISTRY', 'file:///s3cret'],
  ['BELLHOP_APP_SLAK_BASE_URL', 'https://s3cret.example']
])('%s=%s is refused by its name alone, with what to write', (name, value) => {
  let fault: unknown
  try {
    readSettings({ [name]: value }, apps)
  } catch (error) {
    fault = error
  }
  expect(fault).toBeInstanceOf(Fault)
  const { code, message, hint = '' } = fault as Fault
  expect(code).toBe('bad_setting')
  expect(message).toContain(name)
  expect(hint).not.toBe('')
  expect(message + hint).not.toContain('s3cret')
})

test('a token of the registry is read when it is used, and its file is never quoted', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bellhop-settings-'))
  const tokenFile = join(dir, 'token')
  writeFileSync(tokenFile, 'npm_token\n')
  expect(readRegistry({ url: 'https://npm.example.com/', tokenFile })).toEqual({
    url: 'https://npm.example.com/',
    token: 'npm_token'
  })
  rmSync(dir, { recursive: true })
  expect(() => readRegistry({ url: 'https://npm.example.com/', tokenFile })).toThrow('BELLHOP_NPM_TOKEN_FILE')
})
