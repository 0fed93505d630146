import { Fault } from '@bellhop/sdk'

/** Letters and digits of any script; what mail addresses and full names have in between. */
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._@+'-]{0,62}[\p{L}\p{M}\p{N}])?$/u

/**
 * A user's name as it is shown, and as it is compared.
 * @throws Fault `user_name_unfit` (422), which does not quote it: people type passwords into the wrong field
 */
export function checkedName(text: string): { name: string; folded: string } {
  const name = text.normalize('NFC').trim()
  if (NAME.test(name)) return { name, folded: folded(name) }
  throw new Fault('user_name_unfit', 'this is no name for a user', {
    status: 422,
    hint: 'Use up to 64 letters, digits, spaces, dots, dashes and @, beginning and ending with a letter or digit.'
  })
}

/** A name as it is compared: without regard to case, and to the forms of one letter (NFKC). */
export function folded(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase()
}
