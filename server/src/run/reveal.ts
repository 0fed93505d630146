/**
 * `reveal: true`: the one way by which code gets real values, those of its step's bindings. It is in the audit log before
 * they are handed over, and the step says so in its lines.
 */
import type { BoundApp } from '@bellhop/sdk'
import type { Audit, Revealed } from '../history/audit.ts'
import type { Keyring } from '../secrets/keyring.ts'
import type { Log } from './attempt.ts'
import type { RunState } from './state.ts'

/** @throws Fault `storage_full`: what cannot be written down is not handed over */
export async function revealed(
  audit: Pick<Audit, 'add'>,
  { run, deployed }: RunState,
  step: string,
  apps: Readonly<Record<string, BoundApp>>,
  log: Log
): Promise<Record<string, BoundApp>> {
  const credentials: Record<string, string[]> = {}
  const bound: Record<string, BoundApp> = {}
  for (const [name, app] of Object.entries(apps)) {
    const { $auth, secret } = inClear(app.$auth, run.keyring)
    bound[name] = { ...app, $auth }
    if (secret.length > 0) credentials[name] = secret
  }
  await audit.add([
    { action: 'reveal', workflow: deployed.name, version: deployed.version, run: run.id.uuid, step, credentials }
  ])
  log('warn', `this step’s code gets real credentials (reveal: true): ${inWords(credentials)}`)
  return bound
}

function inClear($auth: BoundApp['$auth'], keyring: Keyring): { $auth: BoundApp['$auth']; secret: string[] } {
  const plain: Record<string, string | undefined> = {}
  const secret: string[] = []
  for (const [field, handle] of Object.entries($auth)) {
    const found = handle === undefined ? undefined : keyring.get(handle)
    plain[field] = found?.value ?? handle
    if (found !== undefined) secret.push(field)
  }
  return { $auth: plain, secret }
}

export function inWords(credentials: Revealed): string {
  const named = Object.entries(credentials).map(([app, fields]) => fields.map((field) => `${app}.${field}`).join(', '))
  return named.length === 0 ? 'none that are bound' : named.join(', ')
}
