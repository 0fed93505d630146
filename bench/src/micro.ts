/** The benchmarks of single parts, each in a process of its own; their lines go into the report as they are. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export interface Micro {
  title: string
  lines: string
}

/** File, what it measures, and arguments that keep it short. */
const PARTS = [
  {
    file: 'ingress.ts',
    title: 'Ingress: a trigger whose run is accepted into nothing, and a bare Fastify route',
    args: ['4000', '3']
  },
  { file: 'door.ts', title: 'Door: a request with a handle in a header, and undici alone', args: ['1500', '3'] }
]

export async function microBenchmarks(say: (text: string) => void): Promise<Micro[]> {
  const results: Micro[] = []
  for (const { file, title, args } of PARTS) {
    say(file)
    const path = fileURLToPath(new URL(file, import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [path, ...args])
    results.push({ title, lines: stdout.trim() })
  }
  return results
}
