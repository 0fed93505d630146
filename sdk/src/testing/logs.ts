/** `console` during a run: every line is kept, and goes where it went before. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { format } from 'node:util'

const LEVELS = { debug: 'debug', log: 'info', info: 'info', warn: 'warn', error: 'error' } as const

/** A line that the code logged. */
export interface LoggedLine {
  level: (typeof LEVELS)[keyof typeof LEVELS]
  text: string
}

const kept = new AsyncLocalStorage<LoggedLine[]>()
let installed = false

/** Runs `work`, whose lines end up in `lines`, in order. */
export function keepingLogs<T>(lines: LoggedLine[], work: () => T): T {
  install()
  return kept.run(lines, work)
}

function install(): void {
  if (installed) return
  installed = true
  for (const [name, level] of Object.entries(LEVELS) as [keyof typeof LEVELS, LoggedLine['level']][]) {
    const original = console[name]
    console[name] = (...args: unknown[]) => {
      kept.getStore()?.push({ level, text: format(...args) })
      original.apply(console, args)
    }
  }
}
