import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { agentOf } from '../auth/agent.ts'
import { clearCookie, setCookie, tokenOf } from '../auth/cookie.ts'
import { signedInOf } from '../auth/gate.ts'
import { isOverTls, requireSameOrigin } from '../auth/same-origin.ts'
import type { Opened } from '../auth/sessions.ts'
import type { Caller } from '../auth/sign-in.ts'
import { HttpFault } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { jsonBody, route, type Route } from './route.ts'

/** Who is signed in, as every call that begins or shows a session answers it. */
export const SessionAnswer = z
  .object({
    setup_needed: z.boolean().meta({ description: 'Whether the first administrator is still to be made.' }),
    user: z.object({ name: z.string() }).optional().meta({ description: 'Who is signed in, if anybody is.' }),
    csrf: z.string().optional().meta({
      description: 'What every call that is no GET needs in the header `x-bellhop-csrf`, where the cookie signs it in.'
    })
  })
  .meta({ id: 'Session' })

const BrowserSession = z
  .object({
    id: z.int(),
    agent: z.string().meta({ description: 'Browser and system, such as `Firefox on Linux`.' }),
    created_at: z.iso.datetime(),
    seen_at: z.iso.datetime().meta({ description: 'To a few minutes.' }),
    current: z.boolean()
  })
  .meta({ id: 'BrowserSession' })

/** Long enough for any password, short enough to be hashed. */
export const passwordText = z.string().max(1024)
export const tokenText = z.string().min(1).max(200).meta({ description: 'What stands behind the `#` of the link.' })

type Services = Pick<ApiServices, 'signIn' | 'sessions'>

/** Signing in and out of the builder, and what somebody who is signed in can do about it. */
export function sessionRoutes({ signIn, sessions }: Services, publicUrl: string | undefined): Route[] {
  const asOpened = opened(publicUrl)
  return [
    route({
      method: 'GET',
      path: '/session',
      summary: 'Who is signed in with the request’s cookie',
      open: true,
      answers: {
        200: { description: 'The session; without a user where nobody is signed in.', schema: SessionAnswer }
      },
      async handle({ request, reply }) {
        const token = tokenOf(request)
        const [signedIn, setup_needed] = await Promise.all([
          token === undefined ? undefined : sessions.find(token),
          signIn.setupNeeded()
        ])
        if (token !== undefined && signedIn === undefined) clearCookie(reply, isOverTls(request, publicUrl))
        if (signedIn === undefined) return { status: 200, body: { setup_needed } }
        return { status: 200, body: { setup_needed, user: { name: signedIn.user.name }, csrf: signedIn.csrf } }
      }
    }),
    route({
      method: 'POST',
      path: '/session',
      summary: 'Signs in with name and password',
      description: 'The answer sets the session’s cookie. Attempts are limited by address and by name.',
      open: true,
      body: jsonBody(z.strictObject({ name: z.string().max(200), password: passwordText })),
      answers: { 200: { description: 'Signed in.', schema: SessionAnswer } },
      async handle({ body, request, reply }) {
        requireSameOrigin(request, publicUrl)
        return asOpened(await signIn.byPassword(body, callerOf(request)), request, reply)
      }
    }),
    route({
      method: 'DELETE',
      path: '/session',
      summary: 'Signs out',
      answers: { 204: { description: 'This session is over.' } },
      async handle({ request, reply }) {
        const { user, id } = signedInOf(request)
        await sessions.end(user.id, id)
        clearCookie(reply, isOverTls(request, publicUrl))
        return { status: 204 }
      }
    }),
    route({
      method: 'GET',
      path: '/sessions',
      summary: 'Where whoever asks is signed in',
      answers: {
        200: { description: 'The latest seen first.', schema: z.object({ sessions: z.array(BrowserSession) }) }
      },
      async handle({ request }) {
        const { user, id: current } = signedInOf(request)
        const views = (await sessions.list(user.id)).map(({ id, agent, created_at, seen_at }) => ({
          id,
          agent,
          created_at: new Date(created_at).toISOString(),
          seen_at: new Date(seen_at).toISOString(),
          current: id === current
        }))
        return { status: 200, body: { sessions: views } }
      }
    }),
    route({
      method: 'DELETE',
      path: '/sessions',
      summary: 'Signs whoever asks out everywhere, here too',
      answers: { 204: { description: 'All of their sessions are over.' } },
      async handle({ request, reply }) {
        await sessions.endAll(signedInOf(request).user.id)
        clearCookie(reply, isOverTls(request, publicUrl))
        return { status: 204 }
      }
    }),
    route({
      method: 'DELETE',
      path: '/sessions/{id}',
      summary: 'Signs whoever asks out in one browser',
      params: z.object({ id: z.coerce.number().int().positive() }),
      answers: { 204: { description: 'That session is over.' } },
      async handle({ params: { id }, request }) {
        if (await sessions.end(signedInOf(request).user.id, id)) return { status: 204 }
        throw new HttpFault('session_missing', 404, 'there is no such session, or it is over')
      }
    }),
    route({
      method: 'PUT',
      path: '/password',
      summary: 'Changes the password of whoever asks',
      description:
        'All of their sessions end, and the answer begins a new one, with a cookie and a CSRF token of its own.',
      body: jsonBody(z.strictObject({ current: passwordText, next: passwordText })),
      answers: { 200: { description: 'It is changed.', schema: SessionAnswer } },
      async handle({ body, request, reply }) {
        return asOpened(await signIn.changePassword(signedInOf(request), body, callerOf(request)), request, reply)
      }
    })
  ]
}

export function callerOf(request: FastifyRequest): Caller {
  return { ip: request.ip, agent: agentOf(request.headers['user-agent']), replaces: tokenOf(request) }
}

/** The answer with which a session begins. */
export function opened(publicUrl: string | undefined) {
  return ({ token, user, csrf }: Opened, request: FastifyRequest, reply: FastifyReply) => {
    setCookie(reply, token, isOverTls(request, publicUrl))
    return { status: 200, body: { setup_needed: false, user, csrf } satisfies z.infer<typeof SessionAnswer> }
  }
}
