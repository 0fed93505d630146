import { expect, test } from 'vitest'
import { suspects } from './looks.ts'

test('credentials are suspected by name, also below one, and by shape', () => {
  const found = suspects({
    slack_token: 'anything',
    auth: { password: 'hunter2', user: 'ada' },
    credentials: { primary: ['one', 2] },
    note: 'xoxb-1-2-abc',
    jwt: 'eyJhbGciOi.eyJzdWIiOi.c2ln',
    text: 'the token is in the post',
    empty_token: '',
    flag_token: true
  })
  expect(found).toEqual([
    { field: 'slack_token', value: 'anything' },
    { field: 'password', value: 'hunter2' },
    { field: 'credentials', value: 'one' },
    { field: 'credentials', value: '2' },
    { field: 'note', value: 'xoxb-1-2-abc' },
    { field: 'jwt', value: 'eyJhbGciOi.eyJzdWIiOi.c2ln' }
  ])
})

test('a handle is no suspect', () => {
  expect(suspects({ token: `bhdl.slack.token.${'0'.repeat(26)}` })).toEqual([])
})
