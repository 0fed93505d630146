import { fileURLToPath } from 'node:url'
import { spawnSync } from 'node:child_process'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Builds the page once, so that what is tested is what is here; as it is delivered, whatever the tests' environment says. */
export default function setup(): void {
  const env = { ...process.env, NODE_ENV: 'production' }
  const built = spawnSync('npm', ['run', 'build'], { cwd: ROOT, env, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`the page does not build:\n${built.stdout}${built.stderr}`)
}
