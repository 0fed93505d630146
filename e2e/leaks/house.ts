/**
 * One server with everything around it, for judging what it lets out: its data directory, a home and a folder for
 * temporary files of its own, the vendor stand-in, and a stranger. Owns all of it; `close` leaves nothing behind.
 */
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startVendor, type Vendor } from '../../examples/vendor/vendor.ts'
import { ServerProcess, type ServerSettings } from '../support/server-process.ts'
import { SECRET_FILES } from './judge/manifest.ts'
import { Files } from './judge/files.ts'
import { startStranger, type Stranger } from './stage/stranger.ts'
import { AdminClient } from './stage/wire.ts'

export interface House {
  readonly data: string
  readonly url: string
  readonly server: ServerProcess
  readonly admin: AdminClient
  readonly vendor: Vendor
  readonly stranger: Stranger
  /** Everything that the server could have written to a disk. */
  readonly files: Files
  /** What a file of `SECRET_FILES` holds. */
  secretOf(file: string): string
  close(): Promise<void>
}

/** @param settings for a server that is not as it should be */
export async function openHouse(settings: Pick<ServerSettings, 'nodeArgs' | 'env'> = {}): Promise<House> {
  const root = await mkdtemp(join(tmpdir(), 'bellhop-leaks-'))
  const [data, home] = [join(root, 'data'), join(root, 'home')]
  await mkdir(home)
  const vendor = await startVendor({ anyone: true, keepCalls: 1_000 })
  const stranger = await startStranger()
  const env = {
    HOME: home,
    TMPDIR: home,
    // Everything that it ever says.
    BELLHOP_LOG_LEVEL: 'trace',
    BELLHOP_APP_SLACK_BASE_URL: `${vendor.url}/api`,
    BELLHOP_APP_GITHUB_BASE_URL: vendor.url,
    ...settings.env
  }
  const close = async (): Promise<void> => {
    await Promise.all([vendor.close(), stranger.close()])
    await rm(root, { recursive: true, force: true })
  }
  try {
    const server = await ServerProcess.start({ ...settings, data, env, cwd: home })
    const admin = new AdminClient(server.url, server.adminToken)
    const files = new Files([data, home], SECRET_FILES)
    // Nobody has told it a secret yet.
    files.changes()
    return {
      data,
      url: server.url,
      server,
      admin,
      vendor,
      stranger,
      files,
      secretOf: (file) => readFileSync(join(data, file), 'utf8').trim(),
      async close() {
        admin.close()
        await server.stop()
        await close()
      }
    }
  } catch (error) {
    await close()
    throw error
  }
}
