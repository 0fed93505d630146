import { Agent, fetch, request, setGlobalDispatcher } from 'undici'
import type { Called } from '../called.ts'

export default async ({ steps: { url, token } }: Called): Promise<unknown> => {
  const headers = { authorization: `Bearer ${token}` }
  const { body } = await request(`${url}/a`, { headers, dispatcher: new Agent({ connections: 2 }) })
  await body.dump()
  setGlobalDispatcher(new Agent())
  const answer = await fetch(`${url}/b`, { headers })
  return answer.json()
}
