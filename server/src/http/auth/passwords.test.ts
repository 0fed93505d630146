import { expect, test } from 'vitest'
import { MasterKey } from '../../secrets/seal.ts'
import { Passwords } from './passwords.ts'

const passwords = new Passwords(new MasterKey(new Uint8Array(32).fill(1)))

test('a password matches what was made of it, in either form of its letters, and nothing else does', async () => {
  const stored = await passwords.hash('Zoë ist die Beste')
  expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}==\$[\w+/]{43}=$/)
  expect(await passwords.matches('Zoe\u0308 ist die Beste', stored)).toBe(true)
  expect(await passwords.matches('Zoe ist die Beste', stored)).toBe(false)
  expect(await passwords.matches('', stored)).toBe(false)
  expect(await passwords.matches('', null)).toBe(false)
})

test('under another key a copied hash matches nothing', async () => {
  const stored = await passwords.hash('correct horse battery')
  const thief = new Passwords(new MasterKey(new Uint8Array(32).fill(2)))
  expect(await thief.matches('correct horse battery', stored)).toBe(false)
})

test('the same password twice is no less secret', async () => {
  expect(await passwords.hash('correct horse battery')).not.toBe(await passwords.hash('correct horse battery'))
})

test('a hash with cheaper parameters, as another version may have made it, is still checked', async () => {
  const cheap = (await passwords.hash('x')).replace('ln=15', 'ln=10')
  expect(await passwords.matches('x', cheap)).toBe(false)
})

test('a flood is refused, and what was begun is finished', async () => {
  const asked = await Promise.allSettled(Array.from({ length: 40 }, (_, n) => passwords.matches(`guess ${n}`, CHEAP)))
  const refused = asked.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
  expect(refused).toHaveLength(6)
  expect(refused[0]?.reason).toMatchObject({ code: 'sign_in_busy', status: 503, retryable: true })
  expect(await passwords.matches('guess', CHEAP)).toBe(false)
})

/** So that a flood of them takes no seconds. */
const CHEAP = `$scrypt$ln=10,r=8,p=1$${'A'.repeat(22)}==$${'A'.repeat(43)}=`
