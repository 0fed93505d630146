/** `npm run test:web`: the tests in a real browser, where there is one. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { findChromium } from './support/chromium.ts'

const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))

if (findChromium() === undefined) {
  console.log(
    'No Chromium was found: the builder is NOT tested in a browser. Install one (Debian: chromium), or set CHROMIUM_PATH.'
  )
} else {
  const run = spawnSync(process.execPath, [VITEST, 'run', '--project', 'web', ...process.argv.slice(2)], {
    stdio: 'inherit'
  })
  process.exitCode = run.status ?? 1
}
