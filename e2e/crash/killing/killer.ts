/**
 * Ends the server's lives with SIGKILL, at the moments planned. Between two lives nothing else runs on the data
 * directory, so that the inspector sees it exactly as the kill left it.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Ledger } from '../load/ledger.ts'
import type { Stage } from '../stage.ts'
import type { Moment } from './moments.ts'

export interface KillerParts {
  stage: Stage
  ledger: Ledger
  /** Called after each kill, before the next life. */
  inspect(): Promise<void>
}

/** An event that does not come in so long is not waited for: the kill comes all the same. */
const PATIENCE_MS = 3_000

/** Kills once for each moment. Resolves when the server listens again after the last. */
export async function killAtEach(moments: readonly Moment[], parts: KillerParts): Promise<void> {
  const { stage } = parts
  for (const moment of moments) {
    if (moment.kind !== 'starting') await stage.server.listening
    await comes(moment, parts)
    await stage.server.kill()
    await parts.inspect()
    stage.launch()
  }
  await stage.server.listening
}

/** Resolves in the moment to kill, or has killed already where waking up would be too late. */
async function comes(moment: Moment, { stage, ledger }: KillerParts): Promise<void> {
  switch (moment.kind) {
    case 'any':
    case 'recovering':
    case 'starting':
      return pause(moment.afterMs)
    case 'busy':
      return patiently(answers(ledger, moment.answers))
    case 'acknowledged': {
      const { server } = stage
      return patiently(answers(ledger, 1, () => void server.kill()))
    }
    case 'call_held': {
      const held = stage.vendor.hold({ path: '/v1/notes' })
      await patiently(held.arrived)
      await stage.server.kill()
      return held.release()
    }
    case 'call_answered': {
      const held = stage.vendor.hold({ path: '/v1/notes' })
      await patiently(held.arrived)
      held.release()
      return pause(moment.afterMs)
    }
  }
}

async function patiently(event: Promise<unknown>): Promise<void> {
  await Promise.race([event, pause(PATIENCE_MS)])
}

/** Resolves after so many answers, having called `then` within the turn of the last. */
function answers(ledger: Ledger, count: number, then = (): void => {}): Promise<void> {
  return new Promise((resolve) => {
    let left = count
    const forget = ledger.onTold(() => {
      left -= 1
      if (left > 0) return
      forget()
      then()
      resolve()
    })
  })
}
