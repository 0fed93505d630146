import { z } from 'zod'
import type { UserLink } from '../auth/users.ts'
import { originOf } from '../origin.ts'
import type { ApiServices } from '../services.ts'
import { jsonBody, route, type Route } from './route.ts'
import { setupUrl } from './setup.ts'

const User = z
  .object({
    name: z.string(),
    active: z.boolean().meta({ description: 'Whether a password is set.' }),
    created_at: z.iso.datetime(),
    link_expires_at: z.iso.datetime().nullable().meta({ description: 'Until when the user’s link works.' }),
    seen_at: z.iso.datetime().nullable().meta({ description: 'When one of their sessions was used last.' })
  })
  .meta({ id: 'User' })

const Link = z
  .object({
    name: z.string(),
    url: z.string().meta({ description: 'Sets the password, once. It is shown here and nowhere else.' }),
    expires_at: z.iso.datetime()
  })
  .meta({ id: 'UserLink' })

const params = z.object({ name: z.string().min(1).max(200).meta({ description: 'The user’s name.' }) })

/** Who may sign in to the builder. */
export function userRoutes({ users }: Pick<ApiServices, 'users'>, publicUrl: string | undefined): Route[] {
  const linkBody = ({ name, token, expires_at }: UserLink, origin: string): z.infer<typeof Link> => ({
    name,
    url: setupUrl(origin, token),
    expires_at: isoOf(expires_at)
  })
  return [
    route({
      method: 'GET',
      path: '/users',
      summary: 'All users',
      answers: { 200: { description: 'The users.', schema: z.object({ users: z.array(User) }) } },
      handle: async () => ({
        status: 200,
        body: {
          users: (await users.list()).map(({ created_at, link_expires_at, seen_at, ...user }) => ({
            ...user,
            created_at: isoOf(created_at),
            link_expires_at: link_expires_at === null ? null : isoOf(link_expires_at),
            seen_at: seen_at === null ? null : isoOf(seen_at)
          }))
        }
      })
    }),
    route({
      method: 'POST',
      path: '/users',
      summary: 'Adds a user, who sets a password by a link',
      body: jsonBody(z.strictObject({ name: z.string().max(200) })),
      answers: { 201: { description: 'The link.', schema: Link } },
      async handle({ body: { name }, request }) {
        return { status: 201, body: linkBody(await users.add(name), originOf(request, publicUrl)) }
      }
    }),
    route({
      method: 'POST',
      path: '/users/{name}/link',
      summary: 'Makes a user a new link, which sets a new password',
      description: 'The one before is void. The user’s sessions end when the link is used.',
      params,
      answers: { 201: { description: 'The link.', schema: Link } },
      async handle({ params: { name }, request }) {
        return { status: 201, body: linkBody(await users.link(name), originOf(request, publicUrl)) }
      }
    }),
    route({
      method: 'DELETE',
      path: '/users/{name}',
      summary: 'Removes a user, and ends their sessions',
      params,
      answers: { 204: { description: 'The user is gone.' } },
      async handle({ params: { name } }) {
        await users.remove(name)
        return { status: 204 }
      }
    })
  ]
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
