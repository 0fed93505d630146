/**
 * What steps in Python and Bash cannot do (I7), at each level of isolation that this machine has. Where a level does not
 * keep them from something, the test says that, too: docs/native-steps.md promises no more.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { httpServer } from '../../egress/fixtures/servers.ts'
import { levelsHere, NOBODY } from './testing/levels.ts'
import { NativeFixture } from './testing/native.ts'

const levels = await levelsHere()
const DYING = fileURLToPath(new URL('testing/dying-server.ts', import.meta.url))

/** A number that no other process on this machine sleeps for. */
let marks = 700_000 + Math.floor(Math.random() * 1e6)
const newMark = (): string => String(marks++)

function processesWith(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(mark)
    } catch {
      return false
    }
  })
}

async function untilGone(mark: string): Promise<void> {
  while (processesWith(mark).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe.each(levels)('at the level $level a step', (here) => {
  const { level, asUser } = here
  const fixture = new NativeFixture(here)
  afterAll(() => fixture[Symbol.asyncDispose]())
  const apart = level !== 'user'

  test('reads neither the key, nor the environment or the memory of the server, nor what is its own', async () => {
    const paths = [
      join(fixture.data, 'key'),
      join(fixture.data, 'sandbox'),
      `/proc/${fixture.pid}/environ`,
      `/proc/${fixture.pid}/mem`,
      `/proc/${fixture.pid}/root`,
      `/proc/${fixture.pid}/fd`,
      '/proc/1/environ',
      '/proc/1/root/etc',
      '/etc/shadow',
      '/root',
      '/var/run/docker.sock',
      '/dev/mem',
      '/sys/kernel/debug',
      // What may be read shows that reading works.
      '/etc/hosts'
    ]
    const code = `import os
def handler(pd):
    read = []
    for path in pd.inputs["paths"]:
        try:
            found = os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(10)
            if found: read.append(path)
        except OSError:
            pass
    return read`
    expect((await fixture.python(code, { inputs: { paths } })).returned).toEqual(['/etc/hosts'])
  })

  test('sees no variable but those that it is given, and no open file of the server', async () => {
    const code = `env | cut -d= -f1 | sort | tr '\\n' ' ' | sed 's/^/names=/' >> $PIPEDREAM_EXPORTS
echo >> $PIPEDREAM_EXPORTS
for file in /proc/$$/fd/*; do readlink "$file"; done | grep -vE '^(/dev/null|/proc/|pipe:)|bellhop/(it.sh|exports|output \\(deleted\\))$' | sed 's/^/foreign=/' >> $PIPEDREAM_EXPORTS`
    const { exports } = await fixture.bash(code, { env: { REGION: 'eu' } })
    const proxies = 'HTTPS_PROXY HTTP_PROXY http_proxy https_proxy'
    const trust = 'CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE SSL_CERT_FILE'
    const told = 'HOME LANG PATH PIPEDREAM_EXPORTS PIPEDREAM_INPUTS PIPEDREAM_STEPS TMPDIR NODE_USE_ENV_PROXY REGION'
    const bash = 'OLDPWD PWD SHLVL _'
    const known = new Set(`${proxies} ${trust} ${told} ${bash}`.split(' '))
    const names = (exports['names'] as string).trim().split(' ')
    expect(names.filter((name) => !known.has(name))).toEqual([])
    expect(names).toContain('REGION')
    expect(exports['foreign']).toBeUndefined()
  })

  test('cannot signal the server, trace it or change its priority, and gains no privilege', async () => {
    const code = `import ctypes, os
def handler(pd):
    pid, done = pd.inputs["pid"], []
    for name, attempt in {
        "kill": lambda: os.kill(pid, 0),
        "renice": lambda: os.setpriority(os.PRIO_PROCESS, pid, 5),
        "setuid": lambda: os.setuid(0),
        "chroot": lambda: os.chroot("/tmp"),
        "mount": lambda: check(ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, None)),
        "trace": lambda: check(ctypes.CDLL(None).ptrace(16, pid, 0, 0)),
        "write": lambda: open("/usr/bin/left-behind", "w"),
        "suid": lambda: check(os.system("test \\"$(find /usr/bin/su -perm -4000)\\" && su -c true </dev/null >/dev/null 2>&1")),
    }.items():
        try:
            attempt()
            done.append(name)
        except OSError:
            pass
    status = open("/proc/self/status").read()
    return [done, [line.split()[1] for line in status.splitlines() if line.startswith(("NoNewPrivs", "CapEff", "CapPrm"))]]

def check(answer):
    if answer != 0: raise OSError()`
    const { returned } = await fixture.python(code, { inputs: { pid: fixture.pid } })
    expect(returned).toEqual([[], ['0000000000000000', '0000000000000000', '1']])
  })

  test(`dials ${apart ? 'nobody' : 'whom it likes'} directly`, async () => {
    const vendor = await httpServer()
    const code = `import socket
def handler(pd):
    try:
        socket.create_connection(("127.0.0.1", pd.inputs["port"]), 2).close()
        return "reached"
    except OSError as error:
        return type(error).__name__`
    const { returned } = await fixture.python(code, { inputs: { port: vendor.port } })
    expect(returned).toBe(apart ? 'ConnectionRefusedError' : 'reached')
  })

  test('leaves no process behind', async () => {
    const mark = newMark()
    const code = `sleep ${mark} &\nsetsid sleep ${mark} &\n(setsid setsid sleep ${mark} >/dev/null 2>&1 &) &\nsleep 0.3; echo a=b >> $PIPEDREAM_EXPORTS`
    expect((await fixture.bash(code)).exports).toEqual({ a: 'b' })
    await untilGone(mark)
  })

  test('ends with a server that is killed', async () => {
    const mark = newMark()
    const data = mkdtempSync(join(tmpdir(), 'bellhop-dying-'))
    if (asUser) chownSync(data, NOBODY, NOBODY)
    const user = asUser ? ['setpriv', '--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'] : []
    const [file, ...args] = [...user, process.execPath, DYING, data, level, mark]
    const server = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(server.stdout, 'data')
      expect(processesWith(mark).length).toBeGreaterThan(2)
      server.kill('SIGKILL')
      await untilGone(mark)
    } finally {
      server.kill('SIGKILL')
      // A server that is killed leaves the folder that is not in its data directory to the next one.
      const note = join(data, 'native', 'public-folder')
      if (existsSync(note)) rmSync(readFileSync(note, 'utf8'), { recursive: true, force: true })
      rmSync(data, { recursive: true, force: true })
    }
  })

  test('fails where its exports are a link, a pipe, a folder, nothing or too much', async () => {
    const hostile = ['ln -s /etc/passwd', 'mkfifo', 'mkdir', ':', 'truncate -s 100M'].map((make) => {
      return fixture.bash(`rm "$PIPEDREAM_EXPORTS"; ${make} "$PIPEDREAM_EXPORTS"`)
    })
    const outcomes = await Promise.allSettled(hostile)
    const failed = { status: 'rejected', reason: { code: 'code_failed' } }
    expect(outcomes).toMatchObject(outcomes.map(() => failed))
  })

  test('that returns too much, or talks nonsense to the server, fails alone', async () => {
    const large = 'def handler(pd):\n    return "x" * 40_000_000'
    await expect(fixture.python(large, { memoryMb: 1_024 })).rejects.toMatchObject({ code: 'code_failed' })
    const nonsense = 'import os\nos.write(3, b"{" * 1000 + b"\\n")\nos._exit(0)'
    await expect(fixture.python(nonsense)).rejects.toMatchObject({ code: 'code_failed' })
    const supervisor = 'import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time; time.sleep(60)'
    await expect(fixture.python(supervisor)).rejects.toMatchObject({ code: 'sandbox_crashed' })
    expect((await fixture.python('pd.export("a", 1)')).exports).toEqual({ a: 1 })
  })

  test('that floods its output is cut short', async () => {
    let length = 0
    const log = (_: string, text: string): number => (length += text.length)
    await fixture.bash('head -c 20000000 /dev/zero | tr "\\0" "x"; yes | head -n 100000', { log })
    expect(length).toBeLessThan(1_500_000)
  })

  test('takes so many processes and no more, and its bomb ends with it', async () => {
    const mark = newMark()
    const code = `import os, subprocess
def handler(pd):
    for count in range(1000):
        try:
            subprocess.Popen(["sleep", "${mark}"])
        except OSError:
            return count`
    const { returned } = await fixture.python(code)
    expect(returned).toBeGreaterThan(50)
    expect(returned).toBeLessThan(256)
    await untilGone(mark)
    const bomb = `sleep ${mark} &\nbomb() { bomb | bomb & }; bomb; sleep 60`
    const ended = expect.stringMatching(/^(code_failed|sandbox_)/) as string
    await expect(fixture.bash(bomb, { timeoutMs: 2_000 })).rejects.toMatchObject({ code: ended })
    await untilGone(mark)
    expect((await fixture.python('pd.export("a", 1)')).exports).toEqual({ a: 1 })
  })

  test.each([
    ['memory, of one process', 'a = []\nwhile True: a.append(bytearray(1 << 20))', /MemoryError|memory/],
    [
      'memory of many',
      'import os, time\nfor _ in range(20):\n    if os.fork() == 0:\n        a = bytearray(60 << 20)\n        time.sleep(60)\ntime.sleep(60)',
      /memory/
    ],
    ['processor', 'while True: pass', /processor/],
    ['time', 'import time; time.sleep(60)', /did not end within/]
  ])('is held to its %s', async (what, code, message) => {
    const call = fixture.python(code, { memoryMb: 128, cpuMs: 1_000, timeoutMs: what === 'time' ? 1_500 : 10_000 })
    await expect(call).rejects.toThrow(message)
  })
})
