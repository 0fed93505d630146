/**
 * The crash suite: the real server as a process, killed with SIGKILL again and again under load, and started again at
 * once on the same directory and port while the load goes on.
 *
 * `npm run test:crash`; `KILLS=1000` for more kills, `SEED=…` to repeat a plan.
 *
 * What it shows, by whose word:
 * - I2. A run is acknowledged when a caller has read `x-bellhop-run`. After each kill the database, read by SQLite alone,
 *   has every such run; in the end each has ended as its workflow does, with all its steps served by the vendor.
 * - I3. The vendor numbers calls as they begin. A step is known to be finished from the first of these on: a later step
 *   called; a caller was told the run's end; history showed the step as finished; the database, in the hands of no
 *   process, had its row after a kill. Besides, a row says when the attempt ended that it is the result of. A call that
 *   began after any of them fails the suite. A call that was in flight at a kill may come again, with the same
 *   `idempotency-key`. `judge/proofs.ts` says why none of this evidence can be early.
 * - Whatever the dead process had sent is in this machine's loopback buffers and is read in the order in which it was
 *   sent; a server needs hundreds of milliseconds to start. So a dead process's call cannot be numbered after one of its
 *   successor's.
 * - Schedules. One fires every second. After each kill, and in the end, every tick has one run and every run of the schedule
 *   its own tick; after the last kill no tick is missing from the first on.
 * - I1, I4, I5, I6. After each kill no token and nothing of an `x-pd-nostore` request can be read in any file; in the end
 *   no sealed secret is left; every call came with the token of the customer who asked.
 *
 * What it does not show: SIGKILL loses what a process holds, not what the system holds. That a commit is on the disk
 * before it is acknowledged (fsync) takes a power cut, or a disk that tells.
 */
import { expect, test } from 'vitest'
import { campaign } from './campaign.ts'
import { judge, report } from './judge/judge.ts'

const KILLS = Number(process.env['KILLS'] ?? 100)
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32))

/** Milliseconds: many times what a quiet machine takes. */
const TIME_LIMIT = 300_000 + KILLS * 10_000

test(`${KILLS} kills under load lose nothing and repeat nothing (SEED=${SEED})`, { timeout: TIME_LIMIT }, async () => {
  const evidence = await campaign({ seed: SEED, kills: KILLS, clients: 8, patienceMs: 60_000 })
  const { requests, calls, kills, sights } = evidence
  const acknowledged = requests.filter(({ told }) => told.length > 0).length
  console.log(
    `${kills.length} kills, ${acknowledged} of ${requests.length} requests acknowledged, ${calls.length} calls`
  )
  expect(report(judge(evidence))).toBe('no violations')
  // The evidence is worth something: there was load at the kills, and the judges had proofs of every kind.
  expect(kills).toHaveLength(KILLS)
  expect(acknowledged).toBeGreaterThan(KILLS / 2)
  expect(kills.filter(({ unfinished }) => unfinished > 0).length).toBeGreaterThan(KILLS / 5)
  expect(kills.flatMap(({ sealed }) => sealed).length).toBeGreaterThan(KILLS / 5)
  expect(sights.length).toBeGreaterThan(0)
  expect(evidence.end.ticks.length).toBeGreaterThan(KILLS / 5)
})
