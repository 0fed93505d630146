import { inspect } from 'node:util'
import { Fault } from '@bellhop/sdk'

/** The fault in which work ends; it says none of `unsaid`. */
export async function faultOf(work: Promise<unknown>, unsaid: readonly string[] = []): Promise<Fault> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown
  )
  if (!(error instanceof Fault)) throw new Error(`not a fault: ${inspect(error)}`)
  const said = inspect(error, { depth: 10 })
  for (const secret of unsaid) if (said.includes(secret)) throw new Error('the fault says a secret')
  return error
}
