import axios from 'axios'
import type { Called } from '../called.ts'

export default async ({ steps: { url, token } }: Called): Promise<unknown> => {
  const { data } = await axios.post<unknown>(`${url}/a`, { a: 1 }, { headers: { Authorization: `Bearer ${token}` } })
  return data
}
