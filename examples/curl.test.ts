import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { curlCommands } from './curl.ts'
import { DEMO_TOKENS } from './vendor/customers.ts'

const commands = curlCommands('http://127.0.0.1:4000', { 'notify-customer': 'abc', 'remind-overdue': 'xyz' })

/** The words that `curl` would get from a shell, one a line of JSON. */
function words(command: string): string[] {
  const script = `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}`
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', env: {} }).split('\0').slice(0, -1)
}

test('a shell hands every command to curl as it is meant', () => {
  expect(commands.map(({ command }) => words(command))).toEqual([
    [
      '-sS',
      'http://127.0.0.1:4000/in/abc',
      '-H',
      'content-type: application/json',
      '-d',
      JSON.stringify({ slack_token: DEMO_TOKENS['ada'], channel: '#general', text: 'Your order’s on its way.' })
    ],
    expect.arrayContaining(['http://127.0.0.1:4000/in/abc', 'x-pd-nostore: 1']),
    expect.arrayContaining(['http://127.0.0.1:4000/in/xyz', `x-acme-token: ${DEMO_TOKENS['ada']}`, '{"days":3}']),
    expect.arrayContaining(['http://127.0.0.1:4000/in/xyz', `x-acme-token: ${DEMO_TOKENS['grace']}`])
  ])
})

test('a quote in an address does not end the word', () => {
  const [first] = curlCommands("http://127.0.0.1:4000/it's $HOME", { 'notify-customer': 'abc' })
  expect(words(first?.command ?? '')[1]).toBe("http://127.0.0.1:4000/it's $HOME/in/abc")
})

test('a workflow that is not there has no command', () => {
  expect(curlCommands('http://127.0.0.1:4000', { 'remind-overdue': 'xyz' })).toHaveLength(2)
  expect(curlCommands('http://127.0.0.1:4000', {})).toEqual([])
})
