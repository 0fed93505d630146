/**
 * The admin API under `/api/v1`. Every call that is not open needs the admin token or a session (`../auth/gate.ts`), which is
 * also why the Host header is not looked at: a page that rebinds its name to this server has neither token nor cookie,
 * and no CORS header lets it read an answer.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createGate } from '../auth/gate.ts'
import { HttpFault } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { accountRoutes } from './accounts.ts'
import { auditRoute } from './audit.ts'
import { catalogueRoutes } from './catalogue.ts'
import { componentRoutes } from './components.ts'
import { checkRoute } from './definitions.ts'
import { draftRoutes } from './drafts.ts'
import { environmentRoutes } from './environment.ts'
import { dataStoreRoutes } from './data-stores.ts'
import { formRoutes } from './forms.ts'
import { examplesRoute } from './examples.ts'
import { healthRoute } from './health.ts'
import { liveRoutes } from './live.ts'
import { nativeStepsRoute } from './native-steps.ts'
import { offerRoutes } from './offers.ts'
import { openApi } from './openapi.ts'
import { route, type Route } from './route.ts'
import { replayRoutes } from './replays.ts'
import { runRoutes } from './runs.ts'
import { sessionRoutes } from './session.ts'
import { setupRoutes } from './setup.ts'
import { storeRoutes } from './stores.ts'
import { testEventRoutes } from './test-events.ts'
import { tryingRoutes } from './trying.ts'
import { userRoutes } from './users.ts'
import { versionRoutes } from './versions.ts'
import { testRoutes } from './tests.ts'
import { workflowRoutes } from './workflows.ts'

export interface ApiParts {
  services: ApiServices
  publicUrl: string | undefined
  /** Aborted when the server closes. */
  closing: AbortSignal
}

const BODY_LIMIT = 1024 * 1024
const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS']

/** Every call of the API, its own description included. */
export function apiRoutes({ services, publicUrl, closing }: ApiParts): Route[] {
  const routes = [
    healthRoute(services),
    ...sessionRoutes(services, publicUrl),
    ...setupRoutes(services, publicUrl),
    ...userRoutes(services, publicUrl),
    ...workflowRoutes(services, publicUrl),
    ...draftRoutes(services, publicUrl),
    ...versionRoutes(services),
    checkRoute(services),
    examplesRoute(services),
    ...testEventRoutes(services, closing, publicUrl),
    ...runRoutes(services),
    ...replayRoutes(services),
    ...liveRoutes(services, closing),
    ...accountRoutes(services),
    ...environmentRoutes(services),
    ...offerRoutes(services),
    ...formRoutes(services),
    ...testRoutes(services),
    ...tryingRoutes(services),
    auditRoute(services),
    ...storeRoutes(services),
    ...dataStoreRoutes(services),
    ...catalogueRoutes(services),
    nativeStepsRoute(services),
    ...componentRoutes(services)
  ]
  routes.push(describing(routes, services))
  return routes
}

export function registerApi(server: FastifyInstance, parts: ApiParts): void {
  const routes = apiRoutes(parts)
  void server.register(
    (scope, _options, done) => {
      const authorise = createGate(scope, parts.services, parts.publicUrl)
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, parsed) => {
        parsed(null, body)
      })
      scope.addHook('onRequest', (_request, reply, next) => {
        reply
          .header('cache-control', 'no-store')
          .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
        next()
      })
      for (const each of routes) {
        scope.route({
          method: each.method,
          url: fastifyPath(each.path),
          exposeHeadRoute: each.streams !== true,
          ...(each.open === true ? {} : { onRequest: authorise }),
          handler: (request, reply) => answer(each, request, reply)
        })
      }
      refuseOtherMethods(scope, routes)
      done()
    },
    { prefix: '/api/v1' }
  )
}

/** `/runs/{id}` → `/runs/:id`. */
function fastifyPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

async function answer(each: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const result = await each.run(request, reply)
  return result === undefined ? reply : reply.code(result.status).send(result.body)
}

/** A known path with a method that it does not have: 405, which says those that it has (RFC 9110, 15.5.6). */
function refuseOtherMethods(scope: FastifyInstance, routes: readonly Route[]): void {
  for (const [path, same] of Map.groupBy(routes, (each) => each.path)) {
    const allowed: string[] = same.map(({ method }) => method)
    if (same.some(({ method, streams }) => method === 'GET' && streams !== true)) allowed.push('HEAD')
    const allow = allowed.join(', ')
    scope.route({
      method: METHODS.filter((method) => !allowed.includes(method)),
      url: fastifyPath(path),
      handler() {
        throw new HttpFault('method_not_allowed', 405, 'this path does not have this method', `Use ${allow}.`, {
          allow
        })
      }
    })
  }
}

/** Open like the source that it is generated from. */
function describing(routes: readonly Route[], { health }: ApiServices): Route {
  let document: object | undefined
  return route({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description',
    open: true,
    answers: { 200: { description: 'An OpenAPI 3.1 document.' } },
    handle: () => ({ status: 200, body: (document ??= openApi(routes, health().version)) })
  })
}
