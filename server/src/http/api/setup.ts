import { z } from 'zod'
import { requireSameOrigin } from '../auth/same-origin.ts'
import { originOf } from '../origin.ts'
import type { ApiServices } from '../services.ts'
import { jsonBody, route, type Route } from './route.ts'
import { callerOf, opened, passwordText, SessionAnswer, tokenText } from './session.ts'

const Link = z.object({ url: z.string() })

/** Setting a password by a link: the first administrator’s, and every other user’s. */
export function setupRoutes({ signIn }: Pick<ApiServices, 'signIn'>, publicUrl: string | undefined): Route[] {
  const asOpened = opened(publicUrl)
  return [
    route({
      method: 'POST',
      path: '/setup',
      summary: 'Sets a password by link, and signs in',
      description: 'A link works once. `name` is of use to the first administrator only: all others have one.',
      open: true,
      body: jsonBody(
        z.strictObject({ token: tokenText, name: z.string().max(200).default(''), password: passwordText })
      ),
      answers: { 200: { description: 'Signed in.', schema: SessionAnswer } },
      async handle({ body, request, reply }) {
        requireSameOrigin(request, publicUrl)
        return asOpened(await signIn.byLink(body, callerOf(request)), request, reply)
      }
    }),
    route({
      method: 'POST',
      path: '/setup/check',
      summary: 'Whose password a link sets',
      open: true,
      body: jsonBody(z.strictObject({ token: tokenText })),
      answers: {
        200: {
          description: 'The link works.',
          schema: z.object({
            name: z.string().nullable().meta({ description: 'Null for the first administrator, who chooses one.' })
          })
        }
      },
      async handle({ body: { token }, request }) {
        requireSameOrigin(request, publicUrl)
        return { status: 200, body: await signIn.linkOf(token, callerOf(request)) }
      }
    }),
    route({
      method: 'POST',
      path: '/setup/link',
      summary: 'Makes a new link for the first administrator',
      description: 'The one before is void. Refused once there is an administrator.',
      answers: { 201: { description: 'The link, which is shown once.', schema: Link } },
      handle: async ({ request }) => ({
        status: 201,
        body: { url: setupUrl(originOf(request, publicUrl), await signIn.newSetupLink()) }
      })
    })
  ]
}

/** A link’s token is a fragment: it stays in the browser, and so out of logs and `Referer` headers. */
export function setupUrl(origin: string, token: string): string {
  return `${origin}/setup#${token}`
}
