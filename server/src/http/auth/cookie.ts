/** The cookie that holds a session's token (RFC 6265bis). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { SESSION_SECONDS } from './sessions.ts'

const NAME = 'bellhop_session'
/** On TLS: no other host and nobody on the wire can set a cookie whose name begins like this. */
const SECURE_NAME = `__Host-${NAME}`

/** The session's token that a browser sends. One that came over TLS wins. */
export function tokenOf({ headers: { cookie } }: FastifyRequest): string | undefined {
  return cookie === undefined ? undefined : (valueOf(cookie, SECURE_NAME) ?? valueOf(cookie, NAME))
}

function valueOf(cookie: string, name: string): string | undefined {
  for (const pair of cookie.split(';')) {
    const equals = pair.indexOf('=')
    if (pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
  }
  return undefined
}

/** A cookie as it is set or sent; one without a name is sent as its value, which may look like another with one. */
const OURS = /^[\s=]*(?:__Host-)?bellhop_session\s*(?:[=;]|$)/i

/**
 * Whether a `set-cookie` header sets a session. Workflows answer on the builder's host, and may not sign anybody in or out.
 */
export function setsSession(text: string): boolean {
  return OURS.test(text)
}

/** A `cookie` header as workflows may see it; undefined where nothing else is left of it. */
export function withoutSession(cookie: string): string | undefined {
  if (!cookie.includes(NAME)) return cookie
  const rest = cookie.split(';').filter((pair) => !OURS.test(pair))
  return rest.length === 0 ? undefined : rest.join(';').trim()
}

/** Gives a browser its session. */
export function setCookie(reply: FastifyReply, token: string, secure: boolean): void {
  void reply.header('set-cookie', cookieText(secure, token, SESSION_SECONDS))
}

/** Takes it away, whichever of the two it is. */
export function clearCookie(reply: FastifyReply, secure: boolean): void {
  void reply.header(
    'set-cookie',
    secure ? [true, false].map((each) => cookieText(each, '', 0)) : cookieText(false, '', 0)
  )
}

function cookieText(secure: boolean, value: string, seconds: number): string {
  const attributes = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict`
  return secure ? `${SECURE_NAME}=${value}; ${attributes}; Secure` : `${NAME}=${value}; ${attributes}`
}
