import { apps } from '@bellhop/components'
import { Fault } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

test('an empty environment means the defaults', () => {
  expect(readSettings({}, apps)).toEqual({ denyPrivate: false, logLevel: 'warn' })
  expect(readSettings({ BELLHOP_EGRESS_DENY_PRIVATE: '0', BELLHOP_PUBLIC_URL: '' }, apps)).toEqual({
    denyPrivate: false,
    logLevel: 'warn'
  })
})

test('settings are taken as they are meant', () => {
  const env = {
    BELLHOP_EGRESS_DENY_PRIVATE: 'true',
    BELLHOP_LOG_LEVEL: 'silent',
    BELLHOP_PUBLIC_URL: 'https://hooks.example.com/bellhop/',
    BELLHOP_APP_SLACK_BASE_URL: 'https://slack.example.com/api'
  }
  expect(readSettings(env, apps)).toEqual({
    denyPrivate: true,
    logLevel: 'silent',
    publicUrl: 'https://hooks.example.com/bellhop'
  })
})

test.each([
  ['BELLHOP_EGRESS_DENY_PRIVATE', 'yes, s3cret'],
  ['BELLHOP_LOG_LEVEL', 's3cret'],
  ['BELLHOP_PUBLIC_URL', 's3cret'],
  ['BELLHOP_PUBLIC_URL', 'ftp://s3cret.example'],
  ['BELLHOP_PUBLIC_URL', 'https://user:s3cret@hooks.example.com'],
  ['BELLHOP_PUBLIC_URL', 'https://hooks.example.com/?s3cret'],
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
