/**
 * `npm run test:web`: the tests in a real browser, where there is one. Other projects that are named go beside them, and
 * without a browser alone: `npm run test:processes`.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { findChromium } from './support/chromium.ts'

const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))

const asked = process.argv.slice(2)
const browser = findChromium() !== undefined
if (!browser) {
  console.log(
    'No Chromium was found: the builder is NOT tested in a browser. Install one (Debian: chromium), or set CHROMIUM_PATH.'
  )
}
if (browser || asked.includes('--project')) {
  const args = ['run', ...(browser ? ['--project', 'web'] : []), ...asked]
  const run = spawnSync(process.execPath, [VITEST, ...args], { stdio: 'inherit' })
  process.exitCode = run.status ?? 1
}
