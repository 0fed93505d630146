/** Where the server listens, and what is said where it cannot. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { Fault } from '@bellhop/sdk'

export interface Address {
  /** 0 means any. */
  port: number
  host: string
}

/**
 * Before anything is begun: a node that can never listen would take up a place each time that it is started anew.
 * @throws Fault `port_in_use`, `cannot_listen`
 */
export async function refuseTakenPort({ port, host }: Address): Promise<void> {
  const probe = createServer()
  await listening({ port, host }, () => once(probe.listen({ port, host }), 'listening'))
  await once(probe.close(), 'close')
}

/** @throws Fault `port_in_use`, `cannot_listen`, and what `listen` throws */
export async function listening({ port, host }: Address, listen: () => Promise<unknown>): Promise<void> {
  try {
    await listen()
  } catch (error) {
    throw listenFault(error, { port, host })
  }
}

function listenFault(error: unknown, { port, host }: Address): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    return new Fault('port_in_use', `port ${port} on ${host} is in use`, {
      hint: 'Choose another with --port, or stop the server that has it.'
    })
  }
  if (typeof code !== 'string') return error
  return new Fault('cannot_listen', `cannot listen on port ${port} of ${host} (${code})`, {
    hint:
      code === 'EACCES'
        ? 'This user may not take that port: choose one above 1023 with --port.'
        : 'Name an address of this machine with --host, such as 127.0.0.1 or 0.0.0.0.'
  })
}
