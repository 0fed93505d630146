import { Fault, type FetchInit, type Json, type JsonObject } from '@bellhop/sdk'
import { encodeBody } from './body.ts'
import type { Credential } from './credential.ts'

/** What a step says about its request. */
export interface RequestProps {
  method: string
  headers: JsonObject | undefined
  query: JsonObject | undefined
  body: Json | undefined
  credential: Credential
  /** Sent with methods that are not safe to repeat; undefined where the step does not want it. */
  idempotencyKey: string | undefined
}

/** Methods that APIs take an `Idempotency-Key` for (draft-ietf-httpapi-idempotency-key-header). */
const NEED_A_KEY: ReadonlySet<string> = new Set(['POST', 'PATCH'])

/**
 * Puts a request together. The credential goes over a header or parameter of the same name.
 * @throws Fault `prop_invalid` for a header or parameter that is not text
 */
export function buildRequest(props: RequestProps): FetchInit {
  const given = headersOf(props.headers)
  const { body, type } = encodeBody(props.body, given['content-type'])
  const key = NEED_A_KEY.has(props.method) ? props.idempotencyKey : undefined
  return {
    method: props.method,
    headers: {
      accept: 'application/json, text/plain, */*',
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...given,
      ...props.credential.headers
    },
    query: { ...queryOf(props.query), ...props.credential.query },
    ...(body === undefined ? {} : { body })
  }
}

/** Names in lower case, so that a header is not there twice. */
function headersOf(headers: JsonObject = {}): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === null) continue
    if (typeof value === 'object') throw notText('headers', name)
    texts[name.toLowerCase()] = String(value)
  }
  return texts
}

type Scalar = string | number | boolean

/** A list becomes a parameter that is there several times; null leaves it out. */
function queryOf(query: JsonObject = {}): Record<string, Scalar | Scalar[]> {
  const parameters: Record<string, Scalar | Scalar[]> = {}
  for (const [name, value] of Object.entries(query)) {
    if (value === null) continue
    if (Array.isArray(value)) parameters[name] = value.filter((item) => item !== null).map((item) => scalar(item, name))
    else parameters[name] = scalar(value, name)
  }
  return parameters
}

function scalar(value: Json, name: string): Scalar {
  if (typeof value !== 'object' || value === null) return value ?? ''
  throw notText('query', name)
}

function notText(prop: string, name: string): Fault {
  return new Fault(
    'prop_invalid',
    `\`${prop}.${name.slice(0, 100)}\` of http-request is a list or an object, not text`,
    {
      hint: 'Point its reference at the value itself, one level further down.'
    }
  )
}
