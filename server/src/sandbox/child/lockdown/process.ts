/** What the process may do to itself and to others: what Node's permissions leave open is taken away here. */
import { refusing } from './refusal.ts'

/** Signals, priorities and users; ways to native code and to Node's insides; replacing this process by another. */
const REFUSED = [
  'kill',
  '_kill',
  '_debugProcess',
  '_debugEnd',
  '_startProfilerIdleNotifier',
  '_stopProfilerIdleNotifier',
  'abort',
  'execve',
  'dlopen',
  'binding',
  '_linkedBinding',
  '_getActiveHandles',
  '_getActiveRequests',
  'loadEnvFile',
  'initgroups',
  'setgroups',
  'setuid',
  'setgid',
  'seteuid',
  'setegid'
]

/** Nothing of the host, and nothing of how the process was started. */
const SHOWN: Readonly<Record<string, unknown>> = {
  execPath: '/bin/node',
  argv: ['/bin/node', '/program/step.mjs'],
  execArgv: [],
  ppid: 1,
  report: undefined
}

export function lockProcess(host: NodeJS.Process): void {
  for (const name of REFUSED) if (name in host) replace(host, name, refusing(`process.${name}()`))
  for (const [name, value] of Object.entries(SHOWN)) replace(host, name, value)
}

function replace(host: object, name: string, value: unknown): void {
  Object.defineProperty(host, name, { value, writable: true, configurable: true, enumerable: true })
}
