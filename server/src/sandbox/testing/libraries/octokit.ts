import { Octokit } from '@octokit/rest'
import type { Called } from '../called.ts'

export default async ({ steps: { url, token } }: Called): Promise<unknown> => {
  const octokit = new Octokit({ auth: token, baseUrl: url })
  const { data } = await octokit.issues.create({ owner: 'o', repo: 'r', title: 't' })
  return data
}
