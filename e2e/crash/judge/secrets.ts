/** I1, I4 and I5: what the disk and the output may not hold, after a kill and when all runs have ended. */
import type { Evidence, Violation } from '../evidence/evidence.ts'

export function readableText({ kills, end, printed }: Evidence): Violation[] {
  const places = [
    ...kills.flatMap(({ readable }, index) => readable.map((found) => [`kill ${index + 1}`, found] as const)),
    ...end.readable.map((found) => ['the end', found] as const),
    ...printed.map((found) => ['output', found] as const)
  ]
  return places.map(([subject, what]) => ({ law: 'readable', subject, what }))
}

export function keyrings({ end, sealedLeft }: Evidence): Violation[] {
  const violations: Violation[] = []
  const add = (what: string): void => void violations.push({ law: 'keyring_left', subject: 'the end', what })
  if (end.unfinished > 0) add(`${end.unfinished} runs are still noted as unfinished`)
  if (end.places > 0) add(`${end.places} rows of the keyring still hold something`)
  if (sealedLeft) add('a sealed secret that was seen after a kill is still in a file')
  return violations
}
