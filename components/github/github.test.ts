import { startVendor, type Vendor } from '@bellhop/examples/vendor'
import type { Json, JsonObject } from '@bellhop/sdk'
import { runAction, type ActionResult } from '@bellhop/sdk/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createIssue } from './actions/create-issue.ts'
import { listRepositories } from './actions/list-repositories.ts'
import { githubSays } from './errors.ts'

let vendor: Vendor
beforeAll(async () => {
  vendor = await startVendor({ tokens: { ada: 'token-of-ada' } })
})
afterEach(() => vendor.reset())
afterAll(() => vendor.close())

function run(
  action: Parameters<typeof runAction>[0],
  props: JsonObject,
  token = 'token-of-ada'
): Promise<ActionResult> {
  const auth = { github: { oauth_access_token: token } }
  return runAction(action, { props, auth, baseUrls: { github: vendor.url } })
}

function names(result: ActionResult): string[] {
  return (result.value as { name: string }[]).map((repository) => repository.name)
}

describe('github-create-issue', () => {
  test('opens an issue with the caller’s token, and says so', async () => {
    const props = {
      repository: 'acme/repo-01',
      title: 'It leaks',
      body: 'Much.',
      labels: 'bug',
      assignees: ['ada'],
      milestone: '1'
    }
    const { value, exports, requests } = await run(createIssue, props)
    expect(value).toMatchObject({ number: 1, title: 'It leaks', user: { login: 'ada' }, labels: [{ name: 'bug' }] })
    expect(exports).toEqual({ $summary: 'Successfully created issue #1 in acme/repo-01' })
    expect(requests).toMatchObject([
      {
        method: 'POST',
        headers: {
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
          'user-agent': 'bellhop'
        }
      }
    ])
  })

  test('leaves out what is not given', async () => {
    const { requests } = await run(createIssue, { repository: 'acme/repo-01', title: 'It leaks' })
    expect(requests[0]?.body).toEqual({ title: 'It leaks' })
  })

  test.each(['acme', 'acme/repo/issues', '../user/repos?', 'https://github.com/acme/repo-01', 'acme/..', 'acme/a b'])(
    'sends nothing to a repository called %j',
    async (repository) => {
      await expect(run(createIssue, { repository, title: 'x' })).rejects.toMatchObject({ code: 'prop_invalid' })
      expect(vendor.total).toBe(0)
    }
  )

  test.each([
    [
      { repository: 'acme/unknown', title: 'x' },
      404,
      'vendor_rejected',
      'GitHub says `Not Found`: it does not exist, or'
    ],
    [
      { repository: 'acme/no-issues', title: 'x' },
      410,
      'vendor_rejected',
      'GitHub says `Issues are disabled for this repo`'
    ],
    [
      { repository: 'acme/repo-01', title: '' },
      422,
      'vendor_rejected',
      'GitHub says `Validation Failed`: `title` is missing'
    ],
    [{ repository: 'acme/repo-01', title: 'x', milestone: 9 }, 422, 'vendor_rejected', '`milestone` is not valid']
  ])('%j is refused', async (props, status, code, words) => {
    const creating = run(createIssue, props)
    await expect(creating).rejects.toMatchObject({ status, code, retryable: false })
    await expect(creating).rejects.toThrow(words)
  })

  test('a token that is nobody’s is the caller’s credential rejected', async () => {
    const creating = run(createIssue, { repository: 'acme/repo-01', title: 'x' }, 'token-of-nobody')
    await expect(creating).rejects.toMatchObject({ code: 'credential_rejected', status: 401 })
    await expect(creating).rejects.toThrow('GitHub says `Bad credentials`: the caller’s credential')
  })
})

describe('github-list-repositories', () => {
  test('follows the links to the last page', async () => {
    const result = await run(listRepositories, { per_page: 10 })
    expect(names(result)).toHaveLength(25)
    expect(result.requests).toHaveLength(3)
    expect(result.exports).toEqual({ has_more: false, $summary: 'Successfully listed 25 repositories' })
  })

  test('stops at the limit, and says that there are more', async () => {
    const result = await run(listRepositories, { limit: 3, per_page: 2, direction: 'desc' })
    expect(names(result)).toEqual(['no-issues', 'repo-24', 'repo-23'])
    expect(result.requests).toHaveLength(2)
    expect(result.exports['has_more']).toBe(true)
  })

  test('passes on what it was asked for', async () => {
    const { requests } = await run(listRepositories, {
      visibility: 'private',
      affiliation: ['owner', 'collaborator'],
      sort: 'pushed'
    })
    const { searchParams } = new URL(requests[0]?.url ?? '')
    expect(Object.fromEntries(searchParams)).toMatchObject({
      visibility: 'private',
      affiliation: 'owner,collaborator',
      sort: 'pushed'
    })
  })
})

describe('what GitHub says', () => {
  const now = Date.UTC(2026, 0, 1)
  const said = (status: number, headers: Record<string, string> = {}, body: Json = { message: 'Forbidden' }) =>
    githubSays({ status, headers }, body, now)

  test('the hourly limit is over at its reset', () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 90) }
    for (const status of [403, 429]) {
      expect(said(status, headers)).toMatchObject({
        code: 'vendor_rate_limited',
        retryable: true,
        retryAfterMs: 90_000,
        status
      })
    }
  })

  test('a secondary limit waits as long as it says, or a minute', () => {
    const message = { message: 'You have exceeded a secondary rate limit' }
    expect(said(403, { 'retry-after': '7', 'x-ratelimit-remaining': '0' }, message)).toMatchObject({
      retryAfterMs: 7000
    })
    expect(said(403, {}, message)).toMatchObject({ code: 'vendor_rate_limited', retryAfterMs: 60_000 })
    expect(said(429)).toMatchObject({ code: 'vendor_rate_limited', retryAfterMs: 60_000 })
  })

  test('a plain 403 is a right that is missing, and names it', () => {
    const fault = said(403, {
      'x-accepted-oauth-scopes': 'repo',
      'x-oauth-scopes': 'gist',
      'x-ratelimit-remaining': '4999'
    })
    expect(fault).toMatchObject({ code: 'credential_forbidden', retryable: false, status: 403 })
    expect(fault.message).toContain('it takes repo')
    expect(fault.hint).toContain('gist')
    expect(said(403, { 'x-accepted-github-permissions': 'issues=write' }).message).toContain('issues=write')
  })

  test('single sign-on has a hint of its own', () => {
    expect(said(403, { 'x-github-sso': 'required; url=https://github.com/orgs/x/sso' }).hint).toContain(
      'Authorise the token'
    )
  })

  test('validation errors are told field by field', () => {
    const errors = [
      { resource: 'Issue', field: 'assignees', code: 'invalid' },
      { resource: 'Label', code: 'already_exists' },
      { code: 'custom', message: 'the moon is full' },
      { field: 'x', code: 'new_code' },
      'plain words'
    ]
    expect(said(422, {}, { message: 'Validation Failed', errors }).message).toBe(
      'GitHub says `Validation Failed`: `assignees` is not valid; `Label` exists already; the moon is full; x: new_code; plain words'
    )
  })

  test('trouble at GitHub is worth another try', () => {
    expect(said(503, { 'retry-after': '5' }, '<html>')).toMatchObject({
      code: 'vendor_unavailable',
      retryable: true,
      retryAfterMs: 5000
    })
    expect(said(500, {}, null).message).toBe('GitHub says `HTTP 500`: something failed at GitHub')
    expect(said(451, {}, { message: 'DMCA' })).toMatchObject({ code: 'vendor_rejected', retryable: false, status: 451 })
  })
})
