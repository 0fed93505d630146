import { Stripe } from 'stripe'
import type { Called } from '../called.ts'

export default async ({ steps: { url, token } }: Called): Promise<unknown> => {
  const { hostname: host, port } = new URL(url)
  const customer = await new Stripe(token, { host, port }).customers.create({ name: 'Ada' })
  return { id: customer.id }
}
