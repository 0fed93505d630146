/** What confines the code of steps on this machine. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isolate, notedIsolation, type Isolated } from '../../sandbox/isolation/isolation.ts'
import type { Level } from '../../sandbox/isolation/level.ts'
import type { Finding } from './finding.ts'

const CONFINED = 'code in steps is confined by Node.js and by the limits of its processes'
const ALLOW = `install util-linux and allow user namespaces (sysctl user.max_user_namespaces, and where there is AppArmor \
kernel.apparmor_restrict_unprivileged_userns=0)`

const FINDINGS: Readonly<Record<Level, Finding>> = {
  namespaces: {
    level: 'ok',
    text: `${CONFINED}, each is a user of its own, and sees no other process, no network and no file but its program's`
  },
  'user-namespaces': {
    level: 'ok',
    text: `${CONFINED}, and each sees no other process, no network and no file but its program's; they are the server's user`
  },
  user: {
    level: 'know',
    text: `${CONFINED}, and each is a user of its own; nothing hides the host's public files, network and processes from \
them should Node.js fail to: give the server's container CAP_SYS_ADMIN, or start the server as a user that is not root and may make user namespaces`
  },
  none: {
    level: 'know',
    text: `${CONFINED}, and by nothing else: ${ALLOW}`
  }
}

/** As the server found it or, before it has run code, as this user finds it now. */
export async function sandbox(data: string): Promise<Finding[]> {
  const { level, tied } = notedIsolation(join(data, 'sandbox')) ?? (await tried())
  const root = level === 'none' && process.getuid?.() === 0
  const confined = FINDINGS[level]
  return [
    root
      ? { level: 'problem', text: `${confined.text}; they are root, so start the server as another user` }
      : confined,
    ...(tied ? [] : [UNTIED])
  ]
}

const UNTIED: Finding = {
  level: 'know',
  text: 'code that never pauses goes on when the server is killed: install util-linux, whose setpriv ends it then'
}

async function tried(): Promise<Isolated> {
  const folder = mkdtempSync(join(tmpdir(), 'bellhop-doctor-'))
  try {
    const isolation = await isolate(folder)
    if (isolation.level === 'user') rmSync(isolation.folder, { recursive: true, force: true })
    return isolation
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
