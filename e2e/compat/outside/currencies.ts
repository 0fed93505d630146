/** As much of Frankfurter's API as the actions need, without credentials: https://frankfurter.dev */
import type { Json } from '@bellhop/sdk'
import type { Asked } from './stand-in.ts'

export function currencies({ method, path, body }: Asked): Json | undefined {
  if (method === 'POST') return { heard: body }
  if (path === '/currencies') return { CHF: 'Swiss Franc', EUR: 'Euro' }
  const { searchParams, pathname } = new URL(path, 'https://api.frankfurter.app')
  if (pathname !== '/latest') return undefined
  return { base: searchParams.get('from'), rates: { [searchParams.get('to') ?? '']: 2 } }
}
