/**
 * Every place where Bellhop writes or shows data, and how the suite comes to see it. `manifest.test.ts` compares this
 * list with the files of a data directory, the routes of the OpenAPI document and the commands of the command line, so
 * that a new place cannot be forgotten.
 */

/** Files of the data directory that hold a secret because that is what they are for; everything else is searched. */
export const SECRET_FILES: ReadonlySet<string> = new Set(['key', 'admin-token'])

/** Files of the data directory. A file that is not here is searched all the same, and fails the manifest. */
export const FILES: readonly string[] = [
  ...SECRET_FILES,
  'bellhop.db',
  'bellhop.db-wal',
  'bellhop.db-shm',
  'ballast',
  'lock',
  'lock.pid'
]

/** Files of the sandbox: what its processes begin with, how they are isolated, and which of them there are. */
export const SANDBOX_FILES =
  /^sandbox\/(?:runtime-[0-9a-f]+\.mjs$|isolation\.json$|root\/|drafts\/[0-9a-f]{64}\/|slots\/p-[^/]+\/)/

/** A run to look at, when there is one. */
export interface Sample {
  workflow: string
  run: string
}

/** One call of the admin API. `hides` names the field of the answer that shows a token, once and by design. */
export interface Look {
  /** It is answered by a process of its own, which knows of no run: looked at after one batch of ten. */
  seldom?: true
  method: string
  path: string
  body?: unknown
  hides?: 'token'
}

/** The data store that the suite's steps keep things in. */
export const DATA_STORE = 'shelf'

/** Looked at for every run that is played. */
type Played = 'played'

/** Routes of the admin API, in the order in which they are called after every batch of runs. */
export const ROUTES: Readonly<Record<string, Played | ((sample: Sample) => Look)>> = {
  'PUT /workflows/{name}': 'played',
  'PUT /accounts/{app}/{name}': 'played',
  'GET /runs/{id}': 'played',
  'GET /runs/{id}/steps/{step}/items': 'played',
  'GET /runs/{id}/events': 'played',
  'GET /runs/events': 'played',
  'GET /workflows/{name}/test-events': 'played',
  'GET /runs': () => ({ method: 'GET', path: '/runs?limit=100&text=a' }),
  'GET /workflows/{name}/runs': ({ workflow }) => ({ method: 'GET', path: `/workflows/${workflow}/runs` }),
  'POST /runs/{id}/cancel': ({ run }) => ({ method: 'POST', path: `/runs/${run}/cancel` }),
  'GET /runs/{id}/replay': ({ run }) => ({ method: 'GET', path: `/runs/${run}/replay` }),
  'POST /runs/{id}/replay': ({ run }) => ({ method: 'POST', path: `/runs/${run}/replay`, body: {} }),
  'POST /runs/{id}/resume': ({ run }) => ({ method: 'POST', path: `/runs/${run}/resume`, body: {} }),
  'GET /workflows': () => ({ method: 'GET', path: '/workflows' }),
  'GET /workflows/{name}/versions': ({ workflow }) => ({ method: 'GET', path: `/workflows/${workflow}/versions` }),
  'GET /workflows/{name}/versions/{version}': ({ workflow }) => ({
    method: 'GET',
    path: `/workflows/${workflow}/versions/1`
  }),
  'POST /definitions/check': () => ({ method: 'POST', path: '/definitions/check', body: { name: 'none', steps: [] } }),
  'GET /examples': () => ({ method: 'GET', path: '/examples' }),
  'POST /drafts': () => ({ method: 'POST', path: '/drafts', body: { name: 'there-is-none' } }),
  'GET /drafts': () => ({ method: 'GET', path: '/drafts' }),
  'PUT /workflows/{name}/draft': () => ({
    method: 'PUT',
    path: '/workflows/there-is-none/draft',
    body: { text: 'name: there-is-none', revision: 1 }
  }),
  'POST /workflows/{name}/test-events': () => ({
    method: 'POST',
    path: '/workflows/there-is-none/test-events',
    body: { body: { n: 1 } }
  }),
  'DELETE /workflows/{name}/test-events/{id}': () => ({
    method: 'DELETE',
    path: '/workflows/there-is-none/test-events/0'
  }),
  // Of a workflow that nobody has: it would go on and on. `drafts.test.ts` looks at one.
  'GET /workflows/{name}/test-events/events': () => ({
    method: 'GET',
    path: '/workflows/nobodys/test-events/events'
  }),
  'GET /workflows/{name}/draft': () => ({ method: 'GET', path: '/workflows/there-is-none/draft' }),
  'DELETE /workflows/{name}/draft': () => ({ method: 'DELETE', path: '/workflows/there-is-none/draft' }),
  'GET /workflows/{name}': ({ workflow }) => ({ method: 'GET', path: `/workflows/${workflow}` }),
  'PATCH /workflows/{name}': ({ workflow }) => ({
    method: 'PATCH',
    path: `/workflows/${workflow}`,
    body: { enabled: false }
  }),
  'POST /workflows/{name}/run': ({ workflow }) => ({ method: 'POST', path: `/workflows/${workflow}/run` }),
  'POST /workflows/{name}/rotate-token': ({ workflow }) => ({
    method: 'POST',
    path: `/workflows/${workflow}/rotate-token`,
    hides: 'token'
  }),
  // `people.test.ts` calls those that sign somebody in, and searches for what they bring.
  'GET /session': () => ({ method: 'GET', path: '/session' }),
  'POST /session': () => ({ method: 'POST', path: '/session', body: { name: 'nobody', password: 'opens nothing' } }),
  'DELETE /session': () => ({ method: 'DELETE', path: '/session' }),
  'GET /sessions': () => ({ method: 'GET', path: '/sessions' }),
  'DELETE /sessions': () => ({ method: 'DELETE', path: '/sessions' }),
  'DELETE /sessions/{id}': () => ({ method: 'DELETE', path: '/sessions/1' }),
  'PUT /password': () => ({ method: 'PUT', path: '/password', body: { current: '', next: 'opens nothing' } }),
  'POST /setup': () => ({ method: 'POST', path: '/setup', body: { token: 'none', password: 'opens nothing' } }),
  'POST /setup/check': () => ({ method: 'POST', path: '/setup/check', body: { token: 'none' } }),
  'POST /setup/link': () => ({ method: 'POST', path: '/setup/link' }),
  'GET /users': () => ({ method: 'GET', path: '/users' }),
  'POST /users': () => ({ method: 'POST', path: '/users', body: { name: '-' } }),
  'POST /users/{name}/link': () => ({ method: 'POST', path: '/users/nobody/link' }),
  'DELETE /users/{name}': () => ({ method: 'DELETE', path: '/users/nobody' }),
  'GET /accounts': () => ({ method: 'GET', path: '/accounts' }),
  'DELETE /accounts/{app}/{name}': () => ({ method: 'DELETE', path: '/accounts/slack/none' }),
  'POST /workflows/{name}/steps/{step}/options': ({ workflow }) => ({
    method: 'POST',
    path: `/workflows/${workflow}/steps/none/options`,
    body: { prop: 'none' }
  }),
  'POST /workflows/{name}/steps/{step}/props': ({ workflow }) => ({
    method: 'POST',
    path: `/workflows/${workflow}/steps/none/props`,
    body: {}
  }),
  'POST /steps/describe': () => ({ method: 'POST', path: '/steps/describe', body: { use: 'slack-send-message' } }),
  'POST /steps/options': () => ({
    method: 'POST',
    path: '/steps/options',
    body: { definition: '{ steps: [] }', step: 'none', prop: 'none' }
  }),
  'POST /steps/props': () => ({
    method: 'POST',
    path: '/steps/props',
    body: { definition: '{ steps: [] }', step: 'none' }
  }),
  'POST /accounts/test': () => ({
    method: 'POST',
    path: '/accounts/test',
    body: { app: 'slack', fields: { oauth_access_token: 'a token that opens nothing' } }
  }),
  'POST /bindings/try': () => ({
    method: 'POST',
    path: '/bindings/try',
    body: { app: 'slack', binding: { store: { from: 'none', path: 'none' } } }
  }),
  // What tests show is looked at by tests.test.ts, of runs of every kind.
  'POST /tests': () => ({ method: 'POST', path: '/tests', body: { definition: '{ steps: [] }', event: {} } }),
  'POST /tests/{id}/steps/{step}': () => ({
    method: 'POST',
    path: '/tests/none/steps/none',
    body: { definition: '{ steps: [] }' }
  }),
  'POST /tests/{id}/run': () => ({ method: 'POST', path: '/tests/none/run', body: { definition: '{ steps: [] }' } }),
  'DELETE /tests/{id}': () => ({ method: 'DELETE', path: '/tests/none' }),
  // The registry of the suite has no package, which is what both say.
  'GET /components': () => ({ method: 'GET', path: '/components?search=none', seldom: true }),
  'GET /components/{package}': () => ({ method: 'GET', path: '/components/none', seldom: true }),
  'PUT /env/{name}': () => ({
    method: 'PUT',
    path: '/env/NONE',
    body: { value: 'a value that opens nothing', hosts: ['127.0.0.1:9'] }
  }),
  'GET /env': () => ({ method: 'GET', path: '/env' }),
  'DELETE /env/{name}': () => ({ method: 'DELETE', path: '/env/NONE' }),
  'GET /native-steps': () => ({ method: 'GET', path: '/native-steps' }),
  'GET /audit': () => ({ method: 'GET', path: '/audit' }),
  'PUT /stores/{name}': () => ({
    method: 'PUT',
    path: '/stores/none',
    body: { kind: 'nango', config: { host: 'http://127.0.0.1:9', api_key: 'a key that opens nothing' } }
  }),
  'GET /stores': () => ({ method: 'GET', path: '/stores' }),
  'GET /store-kinds': () => ({ method: 'GET', path: '/store-kinds' }),
  'POST /stores/{name}/test': () => ({ method: 'POST', path: '/stores/none/test', body: {} }),
  'GET /leases': () => ({ method: 'GET', path: '/leases' }),
  'GET /data-stores': () => ({ method: 'GET', path: '/data-stores' }),
  'GET /data-stores/{store}/entries': () => ({ method: 'GET', path: `/data-stores/${DATA_STORE}/entries?limit=500` }),
  'DELETE /data-stores/{store}/entries': () => ({ method: 'DELETE', path: '/data-stores/none/entries?key=none' }),
  'DELETE /data-stores/{store}': () => ({ method: 'DELETE', path: '/data-stores/none' }),
  'DELETE /stores/{name}': () => ({ method: 'DELETE', path: '/stores/none' }),
  'GET /apps': () => ({ method: 'GET', path: '/apps' }),
  'GET /actions': () => ({ method: 'GET', path: '/actions' }),
  'GET /health': () => ({ method: 'GET', path: '/health' }),
  'GET /openapi.json': () => ({ method: 'GET', path: '/openapi.json' }),
  'DELETE /workflows/{name}': ({ workflow }) => ({ method: 'DELETE', path: `/workflows/${workflow}` })
}

/** A command line; `shows: nothing` for commands that see nothing of a run. */
type Command = readonly string[] | { nothing: string }

/** Commands that print, as they are called once at the end. */
export const COMMANDS: Readonly<Record<string, (sample: Sample) => Command>> = {
  show: ({ run }) => ['show', run],
  replay: () => ['replay', '00000000-0000-7000-8000-000000000000'],
  runs: () => ['runs', '--limit', '100'],
  run: ({ workflow }) => ['run', workflow, '--body', '{}'],
  'workflows list': () => ['workflows', 'list'],
  'workflows enable': ({ workflow }) => ['workflows', 'enable', workflow],
  'workflows disable': ({ workflow }) => ['workflows', 'disable', workflow],
  'workflows delete': () => ['workflows', 'delete', 'there-is-none'],
  'accounts list': () => ['accounts', 'list'],
  'accounts remove': () => ['accounts', 'remove', 'slack', 'there-is-none'],
  'components search': () => ({ nothing: 'its answer is that of GET /components, which is looked at' }),
  'components info': () => ({ nothing: 'its answer is that of GET /components/{package}, which is looked at' }),
  'init component': () => ({ nothing: 'writes a template, and asks no server' }),
  'env list': () => ['env', 'list'],
  'env remove': () => ['env', 'remove', 'NONE'],
  'env set': () => ({ nothing: 'its answer is that of PUT /env/{name}, which is looked at' }),
  audit: () => ['audit'],
  'users list': () => ['users', 'list'],
  'users remove': () => ['users', 'remove', 'there-is-none'],
  'users add': () => ({ nothing: 'its answer is that of POST /users, which is looked at' }),
  'users link': () => ({ nothing: 'its answer is that of POST /users/{name}/link, which is looked at' }),
  'stores list': () => ['stores', 'list'],
  'stores kinds': () => ['stores', 'kinds'],
  'stores test': () => ['stores', 'test', 'there-is-none'],
  'stores remove': () => ['stores', 'remove', 'there-is-none'],
  'data list': () => ['data', 'list'],
  'data show': () => ['data', 'show', DATA_STORE],
  'data get': () => ['data', 'get', DATA_STORE, 'kept'],
  'data delete': () => ['data', 'delete', DATA_STORE, 'there-is-none'],
  'actions list': () => ['actions', 'list'],
  'actions info': () => ['actions', 'info', 'slack-send-message'],
  doctor: () => ['doctor'],
  'keys check': () => ['keys', 'check'],
  'keys generate': () => ({ nothing: 'makes a key that is nobody’s yet' }),
  migrate: () => ['migrate', '--from', 'there-is-none', '--to', 'postgres://nobody:of-nobody@127.0.0.1:1/none'],
  'accounts add': () => ({ nothing: 'its answer is that of PUT /accounts/{app}/{name}, which is looked at' }),
  'stores add': () => ({ nothing: 'its answer is that of PUT /stores/{name}, which is looked at' }),
  deploy: () => ({ nothing: 'its answer is that of PUT /workflows/{name}, which is looked at' }),
  start: () => ({ nothing: 'is the server, whose output is looked at throughout' })
}
