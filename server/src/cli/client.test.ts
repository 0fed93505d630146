import { expect, test } from 'vitest'
import { mistakeLine } from './client.ts'

test.each([
  [
    { line: 3, path: 'steps[0].use', message: 'unknown action', suggestion: 'vault-read-secret' },
    'line 3, steps[0].use: unknown action; write vault-read-secret'
  ],
  [{ path: 'name', message: 'is missing', expected: 'text' }, 'name: is missing; expected text'],
  [{ path: 'name', message: 'expected text, got a list', expected: 'text' }, 'name: expected text, got a list'],
  [{ message: 'unknown; did you mean `b`?', suggestion: 'b' }, 'unknown; did you mean `b`?']
])('a mistake is told in one line, and nothing of it twice: %j', (mistake, line) => {
  expect(mistakeLine(mistake)).toBe(line)
})
