/** The command line, run as a user would run it. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../server/bin/bellhop.js', import.meta.url))

/** Everything that a command printed, whether it succeeded or not. */
export function outputOf(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const options = { env: { PATH: process.env['PATH'] ?? '', ...env }, timeout: 30_000 }
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], options, (_error, stdout, stderr) => resolve(stdout + stderr))
  })
}

/** All commands as their help lists them: `show`, `workflows list`, … */
export async function commandNames(parent: readonly string[] = []): Promise<string[]> {
  const help = await outputOf([...parent, '--help'])
  const [, list = ''] = /^Commands:\n((?: .*\n?)+)/m.exec(help) ?? []
  const names = [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help')
  if (names.length === 0) return [parent.join(' ')]
  const nested = await Promise.all(names.map((name) => commandNames([...parent, name])))
  return nested.flat()
}
