/** What the operating system alone confines: Node runs here without its own permissions, as if they had been overcome. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Slots } from '../slots.ts'
import { isolate } from './isolation.ts'
import { hasOwnUser, type Level } from './level.ts'

/** Tells what it sees: of other files, of other processes, of networks, and of what it may do. */
const LOOK = `
  const fs = require('fs')
  const attempt = (work) => { try { return work() } catch (error) { return error.code } }
  const status = fs.readFileSync('/proc/self/status', 'utf8')
  console.log(JSON.stringify({
    uid: process.getuid(),
    gid: process.getgid(),
    groups: process.getgroups().filter((group) => group !== process.getgid()),
    key: attempt(() => fs.readFileSync(process.argv[1], 'utf8')),
    passwd: attempt(() => fs.readFileSync('/etc/passwd', 'utf8').length > 0),
    server: attempt(() => process.kill(Number(process.argv[2]), 0)),
    environment: attempt(() => fs.readFileSync('/proc/' + process.argv[2] + '/environ').length),
    inherited: fs.readdirSync('/proc/self/fd').map((fd) => attempt(() => fs.readlinkSync('/proc/self/fd/' + fd)))
      .filter((path) => /^\\//.test(path) && !/^\\/(dev\\/null|proc\\/)/.test(path)),
    networks: Object.keys(require('os').networkInterfaces()),
    capabilities: /CapEff:\\s*(\\w+)/.exec(status)[1],
    noNewPrivileges: /NoNewPrivs:\\s*(\\d)/.exec(status)[1],
    program: attempt(() => fs.writeFileSync(process.argv[3] + '/new', '')),
    scratch: attempt(() => fs.writeFileSync(process.argv[4] + '/new', '')),
    files: attempt(() => { for (let at = 0; ; at++) fs.openSync('/proc/self/status') })
  }))`

async function look(most: Level): Promise<{ level: Level; seen: Record<string, unknown> }> {
  const directory = mkdtempSync(join(tmpdir(), 'bellhop-isolation-test-'))
  const isolation = await isolate(directory, most)
  const slots = new Slots(join(isolation.folder, 'slots'), hasOwnUser(isolation.level))
  try {
    const key = join(directory, 'key')
    writeFileSync(key, 'the key', { mode: 0o600 })
    const slot = slots.make(undefined)
    const { file, args, as } = isolation.command({
      slot,
      runtime: key,
      dataKb: 1 << 20,
      args: ({ program, scratch }) => ['-e', LOOK, key, String(process.pid), program, scratch]
    })
    const { stdout } = await promisify(execFile)(file, args, { ...as, cwd: slot.scratch, env: {} })
    return { level: isolation.level, seen: JSON.parse(stdout) as Record<string, unknown> }
  } finally {
    slots.close()
    rmSync(directory, { recursive: true, force: true })
    if (isolation.folder !== directory) rmSync(isolation.folder, { recursive: true, force: true })
  }
}

const REFUSED = 'EACCES|ENOENT|EPERM|ESRCH|EROFS'
const NONE = '0+'
/** A user that is neither root nor the one of this process. */
const ANOTHER = `(?!0$|${process.getuid?.()}$)\\d+`

/** What each level promises, as expressions; a host that allows less gets a level that promises less. */
const PROMISES: Readonly<Record<Level, Readonly<Record<string, string>>>> = {
  namespaces: {
    uid: ANOTHER,
    groups: '',
    inherited: '',
    key: REFUSED,
    passwd: 'ENOENT',
    server: REFUSED,
    environment: REFUSED,
    networks: '',
    capabilities: NONE,
    noNewPrivileges: '1',
    files: 'EMFILE',
    program: REFUSED
  },
  'user-namespaces': {
    inherited: '',
    key: REFUSED,
    passwd: 'ENOENT',
    server: REFUSED,
    environment: REFUSED,
    networks: '',
    capabilities: NONE,
    noNewPrivileges: '1',
    files: 'EMFILE',
    program: REFUSED
  },
  user: {
    uid: ANOTHER,
    groups: '',
    inherited: '',
    key: REFUSED,
    server: REFUSED,
    environment: REFUSED,
    capabilities: NONE,
    files: 'EMFILE',
    program: REFUSED
  },
  none: { inherited: '', files: 'EMFILE' }
}

describe('the operating system', () => {
  const levels = Object.keys(PROMISES) as Level[]
  test.for(levels)('confines a process at the level %s, or at the next that it allows', async (most) => {
    const { level, seen } = await look(most)
    for (const [name, promise] of Object.entries(PROMISES[level])) {
      expect(String(seen[name]), name).toMatch(new RegExp(`^(${promise})$`))
    }
    // What it may write it can write; JSON leaves `undefined` out.
    expect(seen).not.toHaveProperty('scratch')
  })
})
