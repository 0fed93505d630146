import type { BoundAppOf, Dollar, FetchAnswer, FetchInit } from '@bellhop/sdk'
import { readRefusal } from '../vendor/refusal.ts'
import type { github as app } from './app.ts'
import { githubSays } from './errors.ts'

/**
 * Calls GitHub's REST API.
 * @param path from the base URL on, or a whole URL that GitHub gave (the next page)
 * @throws Fault that says what GitHub's refusal means
 */
export async function callGitHub(
  github: BoundAppOf<typeof app>,
  $: Dollar,
  path: string,
  init: FetchInit = {}
): Promise<FetchAnswer> {
  const answer = await $.fetch(path.startsWith('/') ? `${github.$baseUrl}${path}` : path, {
    ...init,
    headers: {
      authorization: `Bearer ${github.$auth.oauth_access_token}`,
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      // GitHub refuses requests that do not say who they are.
      'user-agent': 'bellhop',
      ...init.headers
    }
  })
  if (answer.ok) return answer
  throw githubSays(answer, await readRefusal(answer), Date.now())
}

/** The URL of the next page, from a `Link` header (RFC 8288). */
export function nextPage(answer: FetchAnswer): string | undefined {
  return /<([^<>]+)>\s*;\s*rel="next"/.exec(answer.headers['link'] ?? '')?.[1]
}
