/**
 * What a Bash step wrote into the file `$PIPEDREAM_EXPORTS`: one JSON object, or lines, each `name=text`, `name:json=…` or a
 * JSON object. It is read here, by a process that may no more than the step: a link or a pipe in its place leads nowhere.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { Json, JsonObject } from '@bellhop/sdk'

/** Longest content, in bytes. */
const MAX_BYTES = 24 << 20
const LINE = /^([A-Za-z_$][\w$.-]{0,99}?)(:json)?=(.*)$/s

/** @throws Error saying which line is none */
export function readExports(path: string): JsonObject {
  const text = contentOf(path)
  const whole = parse(text)
  if (isObject(whole)) return whole
  const exports: [string, Json][] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() !== '') exports.push(...exported(line, index + 1))
  }
  return Object.fromEntries(exports)
}

function exported(line: string, number: number): [string, Json][] {
  const [, name, json, value = ''] = LINE.exec(line) ?? []
  const object = name === undefined ? parse(line) : undefined
  if (isObject(object)) return Object.entries(object)
  if (name === undefined) throw bad(number, 'is neither `name=text` nor `name:json=…` nor a JSON object')
  if (json === undefined) return [[name, value]]
  const parsed = parse(value)
  if (parsed === undefined) throw bad(number, `says that \`${name}\` is JSON, and it is none (on one line)`)
  return [[name, parsed]]
}

function bad(number: number, what: string): Error {
  return new Error(`line ${number} of $PIPEDREAM_EXPORTS ${what}`)
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function contentOf(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new Error('$PIPEDREAM_EXPORTS is no longer a file')
    if (stat.size > MAX_BYTES) throw new Error(`$PIPEDREAM_EXPORTS is longer than ${MAX_BYTES >> 20} MB`)
    const content = Buffer.alloc(stat.size)
    return content.toString('utf8', 0, readSync(file, content, 0, content.length, 0))
  } finally {
    closeSync(file)
  }
}
