import { got } from 'got'
import type { Called } from '../called.ts'

export default async ({ steps: { url, token } }: Called): Promise<unknown> => {
  return got.post(`${url}/a`, { json: { a: 1 }, headers: { authorization: `Bearer ${token}` } }).json()
}
