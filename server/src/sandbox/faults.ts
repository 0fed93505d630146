/** How a call of foreign code can fail, in words. */
import { constants } from 'node:os'
import { Fault } from '@bellhop/sdk'
import { MAX_VALUES } from './hostile.ts'
import type { ErrorMessage } from './protocol/messages.ts'
import { MOST_SCRATCH } from './scratch.ts'

/** The error that the code threw is its cause: text of the code's, which whoever shows it scrubs. */
export function codeFailed({ name, message, stack, retryable }: ErrorMessage): Fault {
  const cause = Object.assign(new Error(message), { name, stack: stack ?? '' })
  const words = name === 'Error' ? message : `${name}: ${message}`
  return new Fault('code_failed', words, { cause, retryable: retryable === true })
}

export function timedOut(ms: number): Fault {
  return new Fault('sandbox_timed_out', `the code did not end within ${ms} ms`, {
    hint: 'Give the step a longer timeout, or let it do less.'
  })
}

export function cpuExhausted(ms: number): Fault {
  return new Fault('sandbox_cpu_exhausted', `the code used more than ${ms} ms of the processor`, {
    hint: 'Let the step do less, or give it more with `settings.code.cpu`.'
  })
}

export function outOfMemory(mb: number): Fault {
  return new Fault('sandbox_out_of_memory', `the code needed more than its ${mb} MB of memory`, {
    hint: 'Let the step hold less at a time, or give it more with `settings.code.memory`.'
  })
}

export function scratchFull(): Fault {
  const { files, megabytes } = MOST_SCRATCH
  return new Fault('sandbox_scratch_full', `the code put more than ${megabytes} MB, or ${files} files, in /tmp`, {
    hint: 'Let the step take away what it needs no more.'
  })
}

export function misbehaved(what: string): Fault {
  return new Fault('sandbox_misbehaved', `the code's process was ended, because it broke the protocol: ${what}`, {
    hint: 'Code must leave the file descriptor 3 alone.'
  })
}

/** The process ended by itself: with an exit code or by a signal. */
export function crashed(how: number | string | null): Fault {
  return new Fault('sandbox_crashed', `the code's process ended (${inWords(how)})`, {
    hint: 'See the lines that the step logged. Code that calls process.exit ends its step.'
  })
}

/** The process ended before it had begun. */
export function unavailable(how: number | string | null): Fault {
  return new Fault('sandbox_unavailable', `no process can be started for code (${inWords(how)})`, {
    retryable: true,
    hint: 'Run: bellhop doctor'
  })
}

/** More than may be looked through on behalf of one step. */
export function tooManyValues(): Fault {
  const most = MAX_VALUES.toLocaleString('en')
  return new Fault('export_too_large', `what the code leaves is made of more than ${most} values`, {
    hint: 'Return and export the part that later steps need, or text.'
  })
}

/** Nobody wants the call, or the process, any more. */
export function stopped(): Fault {
  return new Fault('sandbox_stopped', 'the call of the code was stopped')
}

export function closed(): Fault {
  return new Fault('sandbox_closed', 'the server is stopping')
}

/** As many calls wait as may. */
export function busy(waiting: number): Fault {
  return new Fault('sandbox_busy', `${waiting} calls of code are waiting for a process already`, {
    retryable: true,
    hint: 'Try again later, or let fewer runs with code steps go on at a time.'
  })
}

/** A shell that waits for another process ends with 128 and the number of the signal that ended that one. */
function inWords(how: number | string | null): string {
  if (typeof how !== 'number') return how ?? 'unexpectedly'
  const signal = Object.entries(constants.signals).find(([, number]) => number === how - 128)
  return signal === undefined ? `exit code ${how}` : signal[0]
}
