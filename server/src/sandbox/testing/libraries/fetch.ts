import type { Called } from '../called.ts'

export default async ({ steps: { url, token } }: Called): Promise<unknown> => {
  const answer = await fetch(`${url}/a`, { method: 'POST', body: 'x', headers: { authorization: `Bearer ${token}` } })
  return answer.json()
}
