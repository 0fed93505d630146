/** Many small attempts as one module, run as the code of a step and, to see that each would work, in Node as it is. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** By what it tries: an expression that gives what it got, or throws. */
export type Probes = Readonly<Record<string, string>>

/** What came of each: what it got, as text, or how it was refused. */
export type Results = Readonly<Record<string, { got: string } | { failed: string }>>

/** A module whose default export tries all of them. `target` is the process that some of them are aimed at. */
export function moduleOf(probes: Probes, target: string): string {
  const lines = Object.entries(probes).map(([name, code]) => `${JSON.stringify(name)}: async () => (${code})`)
  return `import module, { createRequire } from 'node:module'
    import fs from 'node:fs'
    import net from 'node:net'
    import os from 'node:os'
    import vm from 'node:vm'
    const require = createRequire('/tmp/probes.mjs')
    const target = ${target}
    // What is imported by a plain text is looked at when it is built.
    const load = (name, options) => import(name, options)
    const probes = { ${lines.join(',\n')} }
    export default async () => {
      const results = {}
      for (const [name, probe] of Object.entries(probes)) {
        try { results[name] = { got: String(await probe()) } }
        catch (error) { results[name] = { failed: String(error?.code ?? error?.message ?? error) } }
      }
      return results
    }`
}

/** The control: the same module in a Node process that nothing confines, aimed at itself. */
export async function unconfined(probes: Probes): Promise<Results> {
  return (await called(moduleOf(probes, 'process.pid'), 'default', [])) as Results
}

/** What a function of a module gives in a Node process that nothing confines. */
export async function called(code: string, name: string, args: unknown[]): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'bellhop-attacks-control-'))
  try {
    const file = join(folder, 'probes.mjs')
    await writeFile(file, code)
    const main = `import(process.argv[1]).then(async (module) => {
      const result = await module[process.argv[2]](...JSON.parse(process.argv[3]))
      process.stdout.write(JSON.stringify(result ?? null), () => process.exit())
    })`
    const all = ['--no-warnings', '-e', main, file, name, JSON.stringify(args)]
    const { stdout } = await promisify(execFile)(process.execPath, all, { maxBuffer: 1 << 26 })
    return JSON.parse(stdout)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Those that came to something. */
export function successes(results: Results): string[] {
  return Object.entries(results).flatMap(([name, result]) => ('got' in result ? [name] : []))
}
