/**
 * PostgreSQL's values as JSON, and JSON as parameters. A number that JSON readers would round (`bigint`, `numeric`) stays
 * text, dates are ISO 8601 as far as they go, `bytea` is base64, and what has no form in JSON is text as PostgreSQL
 * writes it.
 */
import type { Json } from '@bellhop/sdk'
import type { CustomTypesConfig } from 'pg'

/** Object ids of types: https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat */
const READ: Readonly<Record<number, (text: string) => Json>> = {
  16: (text) => text === 't',
  17: (text) => Buffer.from(text.slice(2), 'hex').toString('base64'),
  21: Number,
  23: Number,
  26: Number,
  114: parsed,
  700: finite,
  701: finite,
  1114: isoOf,
  1184: isoOf,
  3802: parsed
}

/** Types of arrays, and of what is in them. */
const ARRAYS: Readonly<Record<number, number>> = {
  199: 114,
  1000: 16,
  1001: 17,
  1002: 18,
  1005: 21,
  1007: 23,
  1009: 25,
  1014: 1042,
  1015: 1043,
  1016: 20,
  1021: 700,
  1022: 701,
  1028: 26,
  1115: 1114,
  1182: 1082,
  1183: 1083,
  1185: 1184,
  1231: 1700,
  2951: 2950,
  3807: 3802
}

/** For the client: how each type is read. */
export const TYPES: CustomTypesConfig = {
  getTypeParser: ((id: number) => readerOf(id)) as CustomTypesConfig['getTypeParser']
}

function readerOf(id: number): (text: string) => Json {
  const item = ARRAYS[id]
  return item === undefined ? (READ[id] ?? String) : (text) => readArray(text, READ[item] ?? String)
}

function parsed(text: string): Json {
  return JSON.parse(text) as Json
}

/** JSON has no infinity. */
function finite(text: string): Json {
  const number = Number(text)
  return Number.isFinite(number) ? number : text
}

const DATE = /^(\d{4,})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(?:([+-]\d\d)(:\d\d)?(:\d\d)?)?$/

/** `2026-01-01 10:00:00.5+02` → `2026-01-01T10:00:00.5+02:00`; `infinity` and dates before Christ stay. */
function isoOf(text: string): Json {
  const [, year, month, day, time, hours, minutes, seconds] = DATE.exec(text) ?? []
  if (year === undefined || seconds !== undefined) return text
  return `${year}-${month}-${day}T${time}${hours === undefined ? '' : `${hours}${minutes ?? ':00'}`}`
}

const ITEM = /\s*(?:"((?:[^"\\]|\\.)*)"|([^{},"\\]+|(?:[^{},"\\]|\\.)+))\s*/sy

/** `{a,"b c",NULL,{d}}` as PostgreSQL writes it: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function readArray(text: string, read: (item: string) => Json): Json {
  // An array whose first index is not 1 says so in front.
  let at = text.indexOf('{')
  const list = (): Json[] => {
    const items: Json[] = []
    for (at += 1; at < text.length && text[at] !== '}';) {
      if (text[at] === ',') at += 1
      else items.push(text[at] === '{' ? list() : item())
    }
    at += 1
    return items
  }
  const item = (): Json => {
    ITEM.lastIndex = at
    const [whole = text.slice(at), quoted, bare = ''] = ITEM.exec(text) ?? []
    at += whole.length
    if (quoted !== undefined) return read(quoted.replace(/\\(.)/gs, '$1'))
    return bare.trim() === 'NULL' ? null : read(bare.trim().replace(/\\(.)/gs, '$1'))
  }
  return list()
}

/** A value for the client, which writes lists as arrays and leaves the types to the server. */
export function parameterOf(value: Json): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : value
}
