import fetch from 'node-fetch'
import type { Called } from '../called.ts'

export default async ({ steps: { url, token } }: Called): Promise<unknown> => {
  const answer = await fetch(`${url}/a`, { method: 'PUT', body: '{}', headers: { authorization: `Bearer ${token}` } })
  return answer.json()
}
