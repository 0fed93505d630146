import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Guarded } from './guard/guarded.ts'
import { freePort } from './guard/port.ts'
import { pythonEnvironment } from './install/python.ts'
import type { Started } from './services.ts'

/** moto's server: Secrets Manager, IAM and STS of AWS at one address. It takes any credentials. */
export interface Moto {
  /** The endpoint of every AWS service. */
  url: string
  region: string
  accessKeyId: string
  secretAccessKey: string
}

/** @throws Unavailable where there is no Python, its packages cannot be had, or it does not start */
export async function startMoto(): Promise<Started<Moto>> {
  const environment = await pythonEnvironment('moto')
  const guarded = Guarded.open('moto')
  try {
    const python = join(environment, 'bin', 'python')
    const [at, version] = await Promise.all([serve(guarded, python), versionOf(python)])
    return { at, version, stop: () => guarded.stop() }
  } catch (error) {
    await guarded.stop()
    throw error
  }
}

async function serve(guarded: Guarded, python: string): Promise<Moto> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  // -P: what lies in the current folder is not a module.
  const command = [python, '-P', '-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)] as const
  await guarded.serve({ command: [...command] }, async () => {
    const answer = await fetch(`${url}/moto-api/`, { signal: AbortSignal.timeout(2_000) })
    if (!answer.ok) throw new Error(`status ${answer.status}`)
  })
  return { url, region: 'us-east-1', accessKeyId: 'AKIATEST', secretAccessKey: 'test' }
}

async function versionOf(python: string): Promise<string> {
  const { stdout } = await promisify(execFile)(python, ['-P', '-c', 'import moto; print(moto.__version__)'])
  return stdout.trim()
}
