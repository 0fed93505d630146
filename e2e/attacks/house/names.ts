/**
 * A name server that means harm, loaded into a process (`--import`): names that end in `.rebind.localhost` are the vendor's address
 * when they are first asked for, and the thief's from then on.
 */
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'

const [VENDOR, THIEF] = ['127.0.0.1', '127.0.0.2']
const asked = new Set<string>()
const { lookup } = dns

type Told = (error: Error | null, address: string | { address: string; family: number }[], family?: number) => void

function lookUp(name: string, options: { all?: boolean }, told: Told): void {
  if (!name.endsWith('.rebind.localhost')) {
    lookup(name, options, told as never)
    return
  }
  const address = asked.has(name) ? THIEF : VENDOR
  asked.add(name)
  if (options.all === true) queueMicrotask(() => told(null, [{ address, family: 4 }]))
  else queueMicrotask(() => told(null, address, 4))
}

Object.assign(dns, { lookup: lookUp })
syncBuiltinESMExports()
