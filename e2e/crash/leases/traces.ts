/** Looks for what Vault made, and for the store's own token, in every file and in what the server printed. */
import { Needles, SHORTEST } from '../../leaks/search/needles.ts'
import { dataFiles } from '../../support/data-files.ts'
import type { MadeSecret } from './gate.ts'

/** Each secret that can be read, and in which file; as it is, in hex or in base64. */
export async function tracesIn(data: string, secrets: readonly MadeSecret[]): Promise<string[]> {
  const needles = needlesOf(secrets)
  const found: string[] = []
  for (const { name, bytes } of await dataFiles(data)) {
    found.push(...needles.find(bytes).map((match) => `${match.name} in ${name}`))
  }
  return found
}

export function tracesInText(text: string, secrets: readonly MadeSecret[]): string[] {
  return needlesOf(secrets)
    .find(Buffer.from(text))
    .map(({ name }) => `${name} in what the server printed`)
}

function needlesOf(secrets: readonly MadeSecret[]): Needles {
  const needles = new Needles()
  for (const [index, { name, text }] of secrets.entries()) {
    for (const [form, written] of Object.entries(formsOf(Buffer.from(text)))) {
      if (written.length >= SHORTEST) needles.add(`${name} ${index} (${form})`, written)
    }
  }
  return needles
}

function formsOf(bytes: Buffer): Record<string, Buffer | string> {
  return {
    plain: bytes,
    hex: bytes.toString('hex'),
    base64: base64(bytes, 0),
    base64_1: base64(bytes, 1),
    base64_2: base64(bytes, 2)
  }
}

/** The part of the base64 text that depends on `bytes` alone, when `shift` bytes of a triple stand before them. */
function base64(bytes: Buffer, shift: number): string {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes])
  return whole.toString('base64').slice(shift === 0 ? 0 : 4, Math.floor(whole.length / 3) * 4)
}
