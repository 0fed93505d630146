/** Whether the processors of this machine have anything to do, as Linux tells it. */
import { readFileSync } from 'node:fs'

export class Processors {
  #before = { idle: 0, all: 0 }

  /** The share of the time since the last look in which they had nothing to do; undefined where that is not told. */
  idle(): number | undefined {
    const now = times()
    if (now === undefined) return undefined
    const { idle, all } = this.#before
    this.#before = now
    return now.all === all ? 0 : (now.idle - idle) / (now.all - all)
  }
}

/** proc(5), `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal of all of them together. */
function times(): { idle: number; all: number } | undefined {
  try {
    const [first = ''] = readFileSync('/proc/stat', 'latin1').split('\n', 1)
    const ticks = first.split(/\s+/).slice(1, 9).map(Number)
    const [, , , idle = NaN, waiting = NaN] = ticks
    return { idle: idle + waiting, all: ticks.reduce((sum, one) => sum + one, 0) }
  } catch {
    return undefined
  }
}
