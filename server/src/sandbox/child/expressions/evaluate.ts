import type { Json } from '@bellhop/sdk'
import type { ChildCall } from '../handlers.ts'

/** Answers with what it was given. */
export async function evaluate({ input }: ChildCall): Promise<Json> {
  return input
}
