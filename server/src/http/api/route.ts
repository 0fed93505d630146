/**
 * One admin API call: what it takes, what it answers and what it does. The schemas that check a request are the ones
 * that `openapi.ts` documents.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseJson } from '../json-body.ts'
import { isJson, mediaTypeOf, textOf } from '../media-type.ts'
import { HttpFault, InvalidFault } from '../problem.ts'
import { explain } from './request-words.ts'

type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'

/** A request body: how it is documented, and how it is read. */
export interface BodySpec<T> {
  /** JSON Schemas by media type; zod's are given as they are. */
  content: Readonly<Record<string, z.ZodType | Readonly<Record<string, unknown>>>>
  read(bytes: Buffer, contentType: string | undefined): T
}

interface AnswerSpec {
  description: string
  schema?: z.ZodType
  /** Default `application/json`. */
  mediaType?: string
  /** Other forms of the same answer, by media type. */
  also?: Readonly<Record<string, z.ZodType>>
}

/** What a call answers; `undefined` where the handler has sent something itself. */
type Answer = { status: number; body?: object } | undefined

export interface RouteSpec<P extends z.ZodObject, Q extends z.ZodObject, B> {
  method: Method
  /** Below `/api/v1`, with `{name}` for parameters. */
  path: string
  /** One sentence without a full stop. */
  summary: string
  description?: string
  /** Whether it needs neither admin token nor session. */
  open?: true
  /** Whether its answer goes on and on, so that asking for its head makes no sense. */
  streams?: true
  params?: P
  query?: Q
  body?: BodySpec<B>
  answers: Readonly<Record<number, AnswerSpec>>
  handle: (input: Input<P, Q, B>) => Promise<Answer> | Answer
}

interface Input<P extends z.ZodObject, Q extends z.ZodObject, B> {
  params: z.output<P>
  query: z.output<Q>
  body: B
  request: FastifyRequest
  reply: FastifyReply
}

/** A call without the types of its parts: what the server registers and OpenAPI shows. */
export interface Route extends Omit<RouteSpec<z.ZodObject, z.ZodObject, unknown>, 'handle'> {
  run: (request: FastifyRequest, reply: FastifyReply) => Promise<Answer> | Answer
}

const NOTHING = z.strictObject({})
type Empty = typeof NOTHING

/** Declares a call. What it is given has passed its schemas. */
export function route<P extends z.ZodObject = Empty, Q extends z.ZodObject = Empty, B = undefined>(
  spec: RouteSpec<P, Q, B>
): Route {
  const { handle, ...documented } = spec
  return {
    ...documented,
    run: (request, reply) =>
      handle({
        params: check(spec.params ?? NOTHING, request.params, 'path') as z.output<P>,
        query: check(spec.query ?? NOTHING, request.query, 'query') as z.output<Q>,
        body: spec.body?.read(bytesOf(request.body), request.headers['content-type']) as B,
        request,
        reply
      })
  }
}

function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}

/** @throws InvalidFault `invalid_request` (400), with every mistake */
function check<T extends z.ZodType>(schema: T, value: unknown, place: string): z.output<T> {
  const checked = schema.safeParse(value, { error: explain })
  if (checked.success) return checked.data
  throw new InvalidFault(
    'invalid_request',
    400,
    `the request’s ${place} is not as this call needs it`,
    checked.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  )
}

/** A JSON body. */
export function jsonBody<T extends z.ZodType>(schema: T): BodySpec<z.output<T>> {
  return {
    content: { 'application/json': schema },
    read(bytes, contentType) {
      const type = mediaTypeOf(contentType)
      if (!isJson(type))
        throw new HttpFault(
          'unsupported_media_type',
          415,
          'this call takes a JSON body',
          'Send `content-type: application/json`.'
        )
      return check(schema, parseJson(textOf(bytes, type)), 'body')
    }
  }
}
