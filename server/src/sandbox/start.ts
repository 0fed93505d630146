/** Starting a sandbox process: its folder, its command line, and nothing of this process's environment. */
import { spawn, type ChildProcess } from 'node:child_process'
import type { ProcessEvents } from './pool.ts'
import { SandboxProcess } from './process.ts'
import type { Runtime } from './runtime.ts'
import type { Program } from './sandbox.ts'
import type { Slot, Slots } from './slots.ts'

export interface Start {
  runtime: Runtime
  slots: Slots
  program: Program
  /** Of V8's heap. */
  memoryMb: number
  events: ProcessEvents
}

/** Its folder goes when it is gone. */
export async function startProcess({ runtime, slots, program, memoryMb, events }: Start): Promise<SandboxProcess> {
  const file = await runtime.file()
  const slot = slots.make(program.directory)
  const process = new SandboxProcess(spawnChild(file, slot, memoryMb), events)
  void process.gone.then(() => slots.remove(slot))
  return process
}

function spawnChild(runtime: string, slot: Slot, memoryMb: number): ChildProcess {
  const options = [
    '--permission',
    `--allow-fs-read=${runtime}`,
    `--allow-fs-read=${slot.program}`,
    `--allow-fs-read=${slot.scratch}`,
    `--allow-fs-write=${slot.scratch}`,
    '--no-experimental-sqlite',
    '--disable-sigusr1',
    `--max-old-space-size=${memoryMb}`
  ]
  return spawn(process.execPath, [...options, runtime, slot.program, slot.scratch], {
    cwd: slot.scratch,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe', 'pipe']
  })
}
