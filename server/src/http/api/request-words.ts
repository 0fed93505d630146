/**
 * What is wrong with a request, where its schema has no words of its own. zod's quote the keys and values that they
 * refuse, which in a request may be anything (I1); these name what may stand there.
 */
import type { z } from 'zod'
import { choices, MISSING } from '../../workflow/mistakes.ts'
import { typeWord } from '../../workflow/schema-mistakes.ts'

export function explain(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? MISSING : `expected ${typeWord(issue.expected)}`
    case 'invalid_value':
      return `expected ${choices(issue.values.map(String))}`
    case 'too_small':
      return `expected at least ${String(issue.minimum)}`
    case 'too_big':
      return `expected at most ${String(issue.maximum)}${issue.origin === 'string' ? ' characters' : ''}`
    case 'unrecognized_keys':
      return 'there is a key that is not known here'
    default:
      return 'this is not what belongs here'
  }
}
