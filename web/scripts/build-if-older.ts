/** Builds the page where something that it is made of is newer than it: `npm start` does this first. */
import { spawnSync } from 'node:child_process'
import { glob, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const WEB = fileURLToPath(new URL('..', import.meta.url))
/** The SDK's texts are in the code editor, and the lockfile says which libraries are in the page. */
const MADE_OF = ['src/**', 'public/**', 'scripts/**', '*.{html,json,ts}', '../sdk/src/**', '../package-lock.json']

async function changedAt(path: string): Promise<number> {
  return (await stat(path)).mtimeMs
}

const built = await changedAt(`${WEB}dist/index.html`).catch(() => 0)
let newest = 0
for await (const path of glob(MADE_OF, { cwd: WEB })) newest = Math.max(newest, await changedAt(WEB + path))
if (newest > built) {
  console.log('building the page…')
  const run = spawnSync('npm', ['run', 'build'], { cwd: WEB, encoding: 'utf8' })
  if (run.status !== 0) {
    console.error(`the page does not build:\n${run.stdout}${run.stderr}`)
    process.exitCode = 1
  }
}
