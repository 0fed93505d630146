/** `$.flow`: what becomes of the run once the step's code has ended. The last wait that is asked for counts. */
import { Fault, type WaitUrls } from '@bellhop/sdk'
import { z } from 'zod'
import { LONG_WAIT_MS } from '../../engine/schedule.ts'
import type { NextWait } from '../../workflow/step-record.ts'
import { json } from './json.ts'
import type { Site } from './site.ts'

const DAY_MS = 86_400_000
/** The longest wait. Documented: https://pipedream.com/docs/workflows/building-workflows/control-flow/delay/ */
const LONGEST_MS = 366 * DAY_MS
/** Reruns unless the step says otherwise. */
const RERUNS = 10
/** Characters of the JSON that a rerun hands on. */
const MAX_CONTEXT = 1_000_000

const ms = z
  .number()
  .min(0)
  .max(LONGEST_MS)
  .transform((value) => Math.ceil(value))
const exit = z.object({ reason: z.string().max(10_000).optional() })
const delay = z.object({ ms })
const suspend = z.object({ ms: ms.default(DAY_MS) })
const rerun = z.object({ ms, context: json.optional(), max: z.number().int().min(0).max(10_000).default(RERUNS) })

export const flow = {
  exit: {
    input: exit,
    run({ left }: Site, { reason }: z.output<typeof exit>): undefined {
      left.exit = reason ?? 'the step ended the run'
    }
  },
  delay: {
    input: delay,
    run: (site: Site, { ms }: z.output<typeof delay>): WaitUrls => wait(site, { kind: 'delay', ms })
  },
  suspend: {
    input: suspend,
    run(site: Site, { ms }: z.output<typeof suspend>): WaitUrls {
      if ('only' in site.waits) throw cannotSuspend(site.waits.only)
      return wait(site, { kind: 'suspend', ms })
    }
  },
  rerun: {
    input: rerun,
    run(site: Site, { ms, context, max }: z.output<typeof rerun>): WaitUrls {
      if (context !== undefined) checkContext(context)
      // Beyond the last rerun the run goes on, as it is documented.
      if (site.runs > max) return urlsOf(site)
      return wait(site, { kind: 'rerun', ms, ...(context === undefined ? {} : { context }) })
    }
  }
}

function wait(site: Site, next: NextWait): WaitUrls {
  const { waits, left } = site
  if (!('only' in waits)) left.next = { ...next, wait: waits.name }
  else if (waits.only === 'test') site.warn(`\`$.flow.${next.kind}\`: ${IN_TEST[next.kind]}`)
  else if (waits.only === 'nostore' && next.ms > LONG_WAIT_MS) throw tooLong(site.step)
  else {
    site.warn(`\`$.flow.${next.kind}\`: ${NO_URLS[waits.only]}`)
    left.next = next
  }
  return urlsOf(site)
}

/** None where nothing from outside can end a wait. */
export function urlsOf({ waits }: Site): WaitUrls {
  return 'only' in waits ? {} : waits.urls
}

const IN_TEST = {
  delay: 'passed over, because a test does not wait',
  rerun: 'passed over, because a test runs a step once',
  suspend: 'a test cannot be suspended'
}

const NO_URLS = {
  each: 'within an `each` time alone ends a wait: it has no URLs',
  nostore: 'in a run that keeps nothing (x-pd-nostore) time alone ends a wait: it has no URLs'
}

function cannotSuspend(only: 'each' | 'nostore' | 'test'): Fault {
  if (only === 'test') {
    return new Fault('test_cannot_suspend', 'a test cannot be suspended: it ends before anybody could resume it', {
      hint: 'Deploy the workflow and send it a request to see it wait.'
    })
  }
  if (only === 'nostore') {
    return new Fault(
      'nostore_cannot_suspend',
      'a run that keeps nothing (x-pd-nostore) cannot be suspended: it would have to be remembered until it is resumed',
      { hint: 'Call the workflow without x-pd-nostore.' }
    )
  }
  return new Fault('each_cannot_suspend', 'an item of an `each` cannot be suspended: nothing could resume it', {
    hint: 'Suspend the run in a step before or after the `each`; `$.flow.delay` and `$.flow.rerun` work in items.'
  })
}

function tooLong(step: string): Fault {
  return new Fault(
    'nostore_cannot_wait',
    `step ${step} would have to be remembered while it waits, and this run keeps nothing (x-pd-nostore)`,
    { hint: `Waits of up to ${LONG_WAIT_MS / 1000} s work; for longer ones, call the workflow without x-pd-nostore.` }
  )
}

function checkContext(context: unknown): void {
  let length = 0
  try {
    length = (JSON.stringify(context) ?? '').length
  } catch {
    throw new Fault('bad_operation', '`$.flow.rerun` hands on a context that is not JSON (a cycle, or a BigInt)')
  }
  if (length > MAX_CONTEXT) {
    throw new Fault('context_too_large', '`$.flow.rerun` hands on more than 1 MB of JSON', {
      hint: 'Hand on what the next run needs to go on, such as an id.'
    })
  }
}
