/**
 * Three nodes over one database, under load: nodes are killed, frozen and cut off, the network is slow or loses its connections,
 * and the database is restarted, in order or by a crash.
 *
 * `FAULTS=200 npm run test:faults` for a long campaign; `SEED=…` to repeat a plan.
 *
 * What it shows, by whose word:
 * - I2. A run is acknowledged when a caller has read `x-bellhop-run`. In the end each has succeeded, by the database's word,
 *   with all its steps served by the vendor.
 * - I3. PostgreSQL records when each row was committed, and the vendor when a call began: none began after its step's
 *   checkpoint was committed, but for one that was on its way when its node froze.
 * - I1, I5. In the end no run has a keyring, and no table holds a caller's token, a password that the Vault made or the store's
 *   own token; nothing that the Vault made for a run lives, which would go by itself only after an hour.
 * - A node that dies in peace has its runs taken over: within ten seconds, on a machine that is not busy with other things.
 */
import { appendFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { campaign } from './faults/campaign.ts'
import { excused, judge, takeOvers } from './faults/judge.ts'

const FAULTS = Number(process.env['FAULTS'] ?? 20)
const SEED = Number(process.env['SEED'] ?? 6)
/** Milliseconds: many times what a quiet machine takes. */
const TIME_LIMIT = 300_000 + FAULTS * 10_000
/** From a death until the next step: ten seconds, and as many for a machine that is busy with other tests. */
const TAKEN_OVER_MS = 20_000

test(
  `${FAULTS} faults of three nodes lose nothing and repeat nothing (SEED=${SEED})`,
  { timeout: TIME_LIMIT },
  async () => {
    const { evidence, peaceful, settledMs, refused, codes, outputs, remains } = await campaign({
      seed: SEED,
      faults: FAULTS,
      patienceMs: 150_000
    })
    const { acknowledged, happened, calls } = evidence
    const times = takeOvers(evidence)
    const inPeace = takeOvers({ ...evidence, happened: [peaceful] })
    const figures = {
      faults: happened.length,
      acknowledged: acknowledged.length,
      calls: calls.length,
      refused: Object.fromEntries(refused),
      lost: codes.filter((code) => code === 75).length,
      settledMs,
      takeOvers: { n: times.length, p50: times[times.length >> 1], max: times.at(-1) },
      inPeace: { n: inPeace.length, p50: inPeace[inPeace.length >> 1], max: inPeace.at(-1) },
      excused: excused(evidence)
    }
    console.log(JSON.stringify(figures))
    const verdict = judge(evidence)
    if (process.env['FAULTS_LOG'] !== undefined) {
      const log = { figures, verdict, happened, remains, outputs }
      appendFileSync(process.env['FAULTS_LOG'], `${JSON.stringify(log, null, 1)}\n`)
    }
    expect(verdict).toEqual([])
    // The evidence is worth something.
    expect(happened).toHaveLength(FAULTS)
    expect(acknowledged.length).toBeGreaterThan(FAULTS)
    expect(inPeace.length).toBeGreaterThan(0)
    expect(Math.max(...inPeace)).toBeLessThan(TAKEN_OVER_MS)
  }
)
