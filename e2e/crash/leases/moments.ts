/** When the server dies, by what has happened and never by time: `killer` waits for it and then kills. */
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../../support/world.ts'
import type { Stage } from '../stage.ts'
import type { Gate, When } from './gate.ts'
import type { Shape } from './workflows.ts'

export const MOMENTS = [
  /** The run's token is made, and the server does not know it yet. */
  'token_made',
  /** The server has just been told the token: about when it is committed. */
  'token_told',
  /** The token is committed, and nothing stands under it. */
  'before_read',
  /** The secret is made, and the server does not know it. */
  'read',
  /** The server knows the secret, and its lease is in no row. */
  'before_noting',
  'noting',
  'noted',
  /** The step that fetched is finished, and the run sleeps before the one that uses it. */
  'asleep',
  'using',
  'used',
  /** The run has ended, and what it held is about to go back. */
  'before_giving_back',
  'giving_back',
  'given_back'
] as const

/** Takes seconds, since the keeper has to wait for half of a lease's life. */
export const SLOW_MOMENTS = ['before_renewing', 'renewing'] as const
export type Moment = (typeof MOMENTS)[number] | (typeof SLOW_MOMENTS)[number]

/** A moment that is prepared before the run begins. */
export interface Armed {
  /** Resolves in the moment to kill. */
  comes(run: string): Promise<void>
  /** To be called when the server is dead. */
  release(): void
}

const PATHS = {
  token: /^auth\/token\/create$/,
  read: /\/creds\//,
  note: /^auth\/token\/renew-self$/,
  renew: /^sys\/leases\/renew$/,
  giveBack: /^auth\/token\/revoke-self$/
}

/** Far more than it takes on a busy machine: what does not come in so long is a failure of the test. */
const PATIENCE_MS = 60_000

export function arm(moment: Moment, stage: Stage, gate: Gate): Armed {
  switch (moment) {
    case 'token_made':
      return held(gate, PATHS.token, 'done')
    case 'token_told':
      return told(gate, PATHS.token)
    case 'before_read':
      return held(gate, PATHS.read, 'asked')
    case 'read':
      return held(gate, PATHS.read, 'done')
    case 'before_noting':
      return held(gate, PATHS.note, 'asked')
    case 'noting':
      return held(gate, PATHS.note, 'done')
    case 'noted':
      return told(gate, PATHS.note)
    case 'before_giving_back':
      return held(gate, PATHS.giveBack, 'asked')
    case 'giving_back':
      return held(gate, PATHS.giveBack, 'done')
    case 'given_back':
      return told(gate, PATHS.giveBack)
    case 'asleep':
      return asleep(stage)
    case 'using':
    case 'used':
      return atVendor(stage, moment)
    case 'before_renewing':
      return renewing(stage, held(gate, PATHS.renew, 'asked'))
    case 'renewing':
      return renewing(stage, held(gate, PATHS.renew, 'done'))
  }
}

/** Whether a server that starts on what the kill left comes by this moment once more. */
export function comesAgain(moment: Moment): boolean {
  return ['token_made', 'before_read', 'read', 'before_noting', 'using', 'before_giving_back'].includes(moment)
}

/** Shapes in which the moment is there. */
export function shapesOf(moment: Moment): readonly Shape[] {
  if (moment === 'asleep') return ['step']
  return moment === 'before_renewing' || moment === 'renewing' ? ['brief'] : ['binding', 'step']
}

function held(gate: Gate, path: RegExp, when: When): Armed {
  const hold = gate.hold(path, when)
  return { comes: () => soon(hold.arrived), release: () => hold.release() }
}

/** Lets the answer go, and kills as it leaves. */
function told(gate: Gate, path: RegExp): Armed {
  const hold = gate.hold(path, 'done')
  const comes = async (): Promise<void> => {
    await hold.arrived
    hold.release()
    await hold.over
  }
  return { comes: () => soon(comes()), release: () => hold.release() }
}

function atVendor(stage: Stage, moment: 'using' | 'used'): Armed {
  const hold = stage.vendor.hold({ path: '/v1/notes' })
  const comes = async (): Promise<void> => {
    const call = await hold.arrived
    if (moment === 'using') return
    hold.release()
    await eventually(() => call.ended ?? undefined)
  }
  return { comes: () => soon(comes()), release: () => hold.release() }
}

/** The vendor keeps the run waiting meanwhile. */
function renewing(stage: Stage, renewal: Armed): Armed {
  const hold = stage.vendor.hold({ path: '/v1/notes' })
  return {
    comes: (run) => renewal.comes(run),
    release() {
      hold.release()
      renewal.release()
    }
  }
}

function asleep({ server }: Stage): Armed {
  const comes = async (run: string): Promise<void> => {
    await eventually(async () => {
      const { steps } = (await server.api('GET', `/runs/${run}`)).body as { steps: { name: string; status: string }[] }
      return steps.some(({ name, status }) => name === 'fetch' && status === 'succeeded') || undefined
    })
  }
  return { comes: (run) => soon(comes(run)), release: () => undefined }
}

async function soon(event: Promise<void>): Promise<void> {
  const never = pause(PATIENCE_MS, undefined, { ref: false }).then(() => {
    throw new Error('the moment to kill never came')
  })
  await Promise.race([event, never])
}
