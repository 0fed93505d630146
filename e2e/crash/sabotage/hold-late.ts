/** A server that writes down what a run holds only once it has been used: when the run ends. */
import { Leases, type HoldingRun } from '../../../server/src/credentials/stores/leases.ts'
import type { Held, Holding } from '../../../server/src/credentials/stores/store.ts'

const leases = Leases.prototype as {
  holding: (this: unknown, run: HoldingRun, store: string) => Holding
  ended: (this: unknown, uuid: string) => void
}
const { holding, ended } = leases
const inMemory = new Map<string, { held: Held; real: Holding }>()

leases.holding = function (run, store) {
  const real = holding.call(this, run, store)
  const keep = (held: Held): void => void inMemory.set(run.id.uuid, { held, real })
  return {
    open: async (make) => {
      const held = inMemory.get(run.id.uuid)?.held ?? (await make())
      keep(held)
      return held.text
    },
    update: (held) => Promise.resolve(keep(held))
  }
}

/** By now the run may hold nothing any more, so that what it has goes back at once. */
leases.ended = function (uuid) {
  const kept = inMemory.get(uuid)
  inMemory.delete(uuid)
  if (kept !== undefined) kept.real.open(() => Promise.resolve(kept.held)).catch(() => undefined)
  ended.call(this, uuid)
}
