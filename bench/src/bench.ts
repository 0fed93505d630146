/**
 * `npm run bench`: Bellhop against its targets, side by side with the floor. Prints the results and writes them to
 * bench/RESULTS.md.
 *
 *   --full          also a history of 10 million runs (some 10 GB of disk, and half an hour)
 *   --only a,b      some of: start-up, side-by-side, store-binding, cold-start, code-steps, warm-versions, growth, recovery,
 *                   each, nodes, page, micro; printed only. `page` needs a Chromium
 *   --rounds N      rounds of each contender (default 5)
 *   --seconds N     length of a round (default 3)
 *   --directory D   where data directories are made and removed again (default: the system's for temporary files)
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findChromium } from '../../e2e/web/support/chromium.ts'
import { Generator } from './load/generator.ts'
import { describeMachine } from './machine.ts'
import { microBenchmarks } from './micro.ts'
import { report, type Results } from './report.ts'
import { codeSteps } from './rows/code-steps.ts'
import { coldStart } from './rows/cold-start.ts'
import { each } from './rows/each.ts'
import { growth } from './rows/growth.ts'
import { nodes } from './rows/nodes.ts'
import { page } from './rows/page.ts'
import { recovery } from './rows/recovery.ts'
import { sideBySide } from './rows/side-by-side.ts'
import { startUp } from './rows/start-up.ts'
import { storeBinding } from './rows/store-binding.ts'
import { warmVersions } from './rows/warm-versions.ts'
import { Service } from './service.ts'
import type { Stage } from './stage.ts'

const VENDOR = new URL('../../examples/vendor/serve.ts', import.meta.url)

const { values: options } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    directory: { type: 'string', default: tmpdir() }
  }
})
const directory = mkdtempSync(join(options.directory, 'bellhop-bench-'))
try {
  const text = report(await measured())
  console.log(text)
  if (options.only === undefined) writeFileSync(new URL('../RESULTS.md', import.meta.url), text)
} finally {
  rmSync(directory, { recursive: true, force: true })
}

async function measured(): Promise<Results> {
  const wanted = (row: string): boolean => options.only?.split(',').includes(row) ?? true
  const machine = describeMachine(directory)
  await using vendor = await Service.start(VENDOR, ['--port', '0', '--anyone', '--keep-calls', '0'])
  await using generator = new Generator()
  const rounds = Number(options.rounds)
  const roundMs = Number(options.seconds) * 1000
  const stage: Stage = { directory, vendor, generator, rounds, roundMs, full: options.full, say }
  const results: Results = { machine, rounds, roundMs }
  if (wanted('start-up')) results.startUp = await startUp(stage)
  if (wanted('side-by-side')) results.sideBySide = await sideBySide(stage)
  if (wanted('store-binding')) results.storeBinding = await storeBinding(stage)
  if (wanted('cold-start')) results.coldStart = await coldStart(stage)
  if (wanted('code-steps')) results.codeSteps = await codeSteps(stage)
  if (wanted('warm-versions')) results.warmVersions = await warmVersions(stage)
  if (wanted('growth')) results.growth = await growth(stage)
  if (wanted('recovery')) results.recovery = await recovery(stage)
  if (wanted('each')) results.each = await each(stage)
  if (wanted('nodes')) results.nodes = await nodes(stage)
  if (wanted('page')) {
    if (findChromium() === undefined) say('no Chromium was found: the page is NOT measured')
    else results.page = await page(stage)
  }
  if (wanted('micro')) results.micro = await microBenchmarks(say)
  return results
}

function say(text: string): void {
  console.error(`${process.uptime().toFixed(0).padStart(4)} s  ${text}`)
}
