import type { Json, JsonObject, Reply, Visit } from './visit.ts'

/** `acme/no-issues` has its issue tracker switched off. */
const NAMES = [...Array.from({ length: 24 }, (_, index) => `repo-${String(index + 1).padStart(2, '0')}`), 'no-issues']
const DOCS = 'https://docs.github.com/rest'

/** As much of GitHub's REST API as the first-party actions use. */
export class GitHub {
  #issues = 0

  handle(visit: Visit): Reply | undefined {
    const [, owner, name] = /^\/repos\/([^/]+)\/([^/]+)\/issues$/.exec(visit.path) ?? []
    const listing = visit.path === '/user/repos'
    const self = visit.path === '/user'
    if (!listing && !self && owner === undefined) return undefined
    if (visit.customer === undefined) {
      return problem(401, visit.token === undefined ? 'Requires authentication' : 'Bad credentials')
    }
    if (listing && visit.method === 'GET') return list(visit)
    if (self && visit.method === 'GET') return { status: 200, body: { login: visit.customer } }
    if (owner !== undefined && name !== undefined && visit.method === 'POST') return this.#create(visit, owner, name)
    return problem(404, 'Not Found')
  }

  #create(visit: Visit, owner: string, name: string): Reply {
    if (owner !== 'acme' || !NAMES.includes(name)) return problem(404, 'Not Found')
    if (name === 'no-issues') return problem(410, 'Issues are disabled for this repo')
    const { title, body, labels, assignees, milestone } = visit.fields
    if (typeof title !== 'string' || title === '') return invalid({ code: 'missing_field', field: 'title' })
    if (milestone !== undefined && milestone !== 1) return invalid({ code: 'invalid', field: 'milestone' })
    const number = ++this.#issues
    return {
      status: 201,
      body: {
        id: 9_000 + number,
        number,
        title,
        body: body ?? null,
        state: 'open',
        user: { login: visit.customer ?? '' },
        labels: Array.isArray(labels) ? labels.map((label): Json => ({ name: label })) : [],
        assignees: Array.isArray(assignees) ? assignees.map((login): Json => ({ login })) : [],
        html_url: `https://github.com/${owner}/${name}/issues/${number}`
      }
    }
  }
}

function list(visit: Visit): Reply {
  const perPage = Math.min(Math.max(Number(visit.query.get('per_page') ?? 30), 1), 100)
  const page = Math.max(Number(visit.query.get('page') ?? 1), 1)
  const visibility = visit.query.get('visibility') ?? 'all'
  const repositories = NAMES.map(repository).filter(
    (one) => visibility === 'all' || (visibility === 'private') === one['private']
  )
  if (visit.query.get('direction') === 'desc') repositories.reverse()
  const last = Math.max(Math.ceil(repositories.length / perPage), 1)
  const link = [
    ...(page > 1 ? [relation(visit, page - 1, 'prev')] : []),
    ...(page < last ? [relation(visit, page + 1, 'next'), relation(visit, last, 'last')] : [])
  ].join(', ')
  return {
    status: 200,
    headers: link === '' ? {} : { link },
    body: repositories.slice((page - 1) * perPage, page * perPage)
  }
}

function relation(visit: Visit, page: number, rel: string): string {
  const query = new URLSearchParams(visit.query)
  query.set('page', String(page))
  return `<${visit.origin}${visit.path}?${query.toString()}>; rel="${rel}"`
}

function repository(name: string, index: number): JsonObject {
  return { id: index + 1, name, full_name: `acme/${name}`, private: index % 3 === 0, owner: { login: 'acme' } }
}

function problem(status: number, message: string): Reply {
  return { status, body: { message, documentation_url: DOCS, status: String(status) } }
}

function invalid(error: JsonObject): Reply {
  const errors = [{ resource: 'Issue', ...error }]
  return { status: 422, body: { message: 'Validation Failed', errors, documentation_url: DOCS } }
}
