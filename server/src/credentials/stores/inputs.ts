/** Reads the inputs of an operation. Mistakes name the input and never its value. */
import type { Json, JsonObject } from '@bellhop/sdk'
import { badInput } from './faults.ts'

/**
 * The segments of a `lookup` input, which a step gives as one text: each percent-encoded, with slashes between
 * (`PropDefinition.lookup`).
 * @throws Fault `store_bad_input`
 */
export function segmentsInput(input: JsonObject, name: string): string[] {
  const segments = textInput(input, name)
    .split('/')
    .map((segment) => decode(segment, name))
  if (segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..')) return segments
  throw badInput(name, 'has a part that is empty, `.` or `..`')
}

/** @throws Fault `store_bad_input` */
export function textInput(input: JsonObject, name: string): string {
  const text = optionalText(input, name)
  if (text !== undefined) return text
  throw badInput(name, 'is missing or empty')
}

/** Undefined where it is not given, or empty. @throws Fault `store_bad_input` */
export function optionalText(input: JsonObject, name: string): string | undefined {
  const value = valueOf(input, name)
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  throw badInput(name, 'is not text')
}

export function valueOf(input: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(input, name) ? input[name] : undefined
}

function decode(segment: string, name: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw badInput(name, 'is not percent-encoded')
  }
}
