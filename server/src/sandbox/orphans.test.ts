/** No process outlives the server that started it, however that one ends. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { Level } from './isolation/level.ts'
import { SandboxFixture } from './testing/sandbox.ts'

/** All processes below one, seen through /proc. */
function below(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  return children.flatMap((child) => [child, ...below(child)])
}

function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('a server that is killed', () => {
  const levels: Level[] = ['namespaces', 'user-namespaces', 'user', 'none']
  test.for(levels)('leaves no process behind at the level %s, not even one that computes for ever', async (level) => {
    await using fixture = new SandboxFixture()
    const { directory = '' } = fixture.program(`export default () => { console.log('begun'); for (;;); }`)
    const child = new URL('testing/child.ts', import.meta.url).pathname
    const folder = join(fixture.directory, 'killed')
    const server = spawn(process.execPath, [child, folder, directory, level], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(server.stdout, 'data')
    const processes = below(server.pid ?? 0)
    expect(processes.filter(lives).length).toBeGreaterThan(0)
    server.kill('SIGKILL')
    await once(server, 'exit')
    const note = join(folder, 'public-folder')
    if (existsSync(note)) rmSync(readFileSync(note, 'utf8'), { recursive: true })
    await vi.waitFor(() => expect(processes.filter(lives)).toEqual([]), { timeout: 20_000, interval: 10 })
  })
})
