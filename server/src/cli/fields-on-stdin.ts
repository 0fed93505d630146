/** Values from standard input: command lines can be read by other users, and stay in the shell's history. */
import { createInterface } from 'node:readline'
import { Fault } from '@bellhop/sdk'

/**
 * Lines of `field=value`.
 * @param example of a line
 * @throws Fault `bad_field`, which names the number of the line: the line itself may be a credential
 */
export async function readFields(example: string): Promise<Record<string, string>> {
  const fields: Record<string, string> = {}
  let number = 0
  for await (const line of createInterface({ input: process.stdin })) {
    number += 1
    if (line.trim() === '') continue
    const equals = line.indexOf('=')
    if (equals < 1) {
      throw new Fault('bad_field', `line ${number} of standard input is not of the form field=value`, {
        hint: `Write a line for each field, such as: ${example}`
      })
    }
    fields[line.slice(0, equals).trim()] = line.slice(equals + 1)
  }
  return fields
}
