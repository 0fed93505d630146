/** Every address of the page. Each page is loaded when it is first visited. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect
} from '@tanstack/react-router'
import { whenItAnswers } from '../api/reachable.ts'
import { queries } from './queries.ts'
import { sessionQuery, watchSession } from './session.ts'
import { Broken, Missing, Shell } from './shell.tsx'
import { PageSkeleton } from './skeleton.tsx'

/**
 * A page whose code is loaded when it is first visited. Where that fails the router loads everything anew, because the code of
 * a page is another after an update; but not before the server answers, or the browser's own error would stand in its place.
 */
const lazyPage: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(
    () =>
      load().catch(async (error: unknown) => {
        void queries.invalidateQueries({ queryKey: ['reachable'] })
        await whenItAnswers()
        throw error
      }),
    name
  )

const root = createRootRoute({ component: Outlet, notFoundComponent: Missing, errorComponent: Broken })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { next?: string | undefined } => {
    const next = search['next']
    // Only an address of this page: `//host` and `https:` lead elsewhere. What is left out here would stay as it was given.
    return { next: typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : undefined }
  },
  beforeLoad: async ({ search: { next = '/workflows' } }) => {
    // Where the server does not answer, the page says so itself.
    const session = await queries.ensureQueryData(sessionQuery).catch(() => undefined)
    if (session?.user !== undefined) throw redirect({ href: next, replace: true })
  },
  component: lazyPage(() => import('../pages/sign-in/sign-in.tsx'), 'SignIn')
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyPage(() => import('../pages/sign-in/setup.tsx'), 'Setup')
})

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  notFoundComponent: Missing,
  beforeLoad: async ({ location }) => {
    const session = await queries.ensureQueryData(sessionQuery)
    if (session.user === undefined) throw redirect({ to: '/sign-in', search: { next: location.href } })
  }
})

const start = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/workflows' })
  }
})

const workflows = createRoute({
  getParentRoute: () => shell,
  path: '/workflows',
  // Whether a new one is being begun: a command, and a link to it.
  validateSearch: (search): { new?: true } => (search['new'] === true ? { new: true } : {}),
  component: lazyPage(() => import('../pages/workflows/workflows.tsx'), 'Workflows')
})

/** What of the editor an address says. */
export interface EditorSearch {
  /** The selected step, `trigger` or `settings`. */
  step?: string
  view?: 'yaml'
}

const editor = createRoute({
  getParentRoute: () => shell,
  path: '/workflows/$name',
  validateSearch: (search): EditorSearch => ({
    ...(typeof search['step'] === 'string' ? { step: search['step'] } : {}),
    ...(search['view'] === 'yaml' ? { view: 'yaml' } : {})
  }),
  component: lazyPage(() => import('../pages/editor/editor.tsx'), 'Editor')
})

/** The version that is shown, and the one that it is compared with: 0 for none, left out for the one before. */
export interface VersionsSearch {
  version?: number
  before?: number
}

const versions = createRoute({
  getParentRoute: () => shell,
  path: '/workflows/$name/versions',
  validateSearch: (search): VersionsSearch => ({
    ...(typeof search['version'] === 'number' ? { version: search['version'] } : {}),
    ...(typeof search['before'] === 'number' ? { before: search['before'] } : {})
  }),
  component: lazyPage(() => import('../pages/versions/versions.tsx'), 'Versions')
})

/** The filters of the history, all in the address. */
export interface RunsSearch {
  workflow?: string
  status?: string
  since?: string
  until?: string
  text?: string
}

const runs = createRoute({
  getParentRoute: () => shell,
  path: '/runs',
  validateSearch: (search): RunsSearch =>
    Object.fromEntries(
      ['workflow', 'status', 'since', 'until', 'text'].flatMap((key) =>
        typeof search[key] === 'string' && search[key] !== '' ? [[key, search[key]]] : []
      )
    ),
  component: lazyPage(() => import('../pages/runs/runs.tsx'), 'Runs')
})

const run = createRoute({
  getParentRoute: () => shell,
  path: '/runs/$id',
  validateSearch: (search): { step?: string } => (typeof search['step'] === 'string' ? { step: search['step'] } : {}),
  component: lazyPage(() => import('../pages/runs/run.tsx'), 'Run')
})

const accounts = createRoute({
  getParentRoute: () => shell,
  path: '/accounts',
  component: lazyPage(() => import('../pages/accounts/accounts.tsx'), 'Accounts')
})

const stores = createRoute({
  getParentRoute: () => shell,
  path: '/stores',
  component: lazyPage(() => import('../pages/stores/stores.tsx'), 'Stores')
})

const environment = createRoute({
  getParentRoute: () => shell,
  path: '/environment',
  component: lazyPage(() => import('../pages/environment/environment.tsx'), 'Environment')
})

const data = createRoute({
  getParentRoute: () => shell,
  path: '/data',
  component: lazyPage(() => import('../pages/data/data.tsx'), 'Data')
})

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyPage(() => import('../pages/settings/settings.tsx'), 'Settings')
})

const server = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyPage(() => import('../pages/settings/server.tsx'), 'Server')
})

const users = createRoute({
  getParentRoute: () => settings,
  path: '/users',
  component: lazyPage(() => import('../pages/settings/users.tsx'), 'Users')
})

const security = createRoute({
  getParentRoute: () => settings,
  path: '/security',
  component: lazyPage(() => import('../pages/settings/security.tsx'), 'Security')
})

const audit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  component: lazyPage(() => import('../pages/settings/audit.tsx'), 'Audit')
})

const tree = root.addChildren([
  signIn,
  setup,
  shell.addChildren([
    start,
    workflows,
    editor,
    versions,
    runs,
    run,
    accounts,
    stores,
    environment,
    data,
    settings.addChildren([server, users, security, audit])
  ])
])

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 150,
  scrollRestoration: true
})

watchSession(() => router.navigate({ to: '/sign-in', search: { next: router.state.location.href } }))

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
