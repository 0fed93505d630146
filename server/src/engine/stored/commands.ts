/**
 * The engine's writes: each is all or nothing.
 *
 * Repeats: whoever did not hear whether a commit happened gives the command again. What the first one has written is found, and
 * counts as written now.
 *
 * Fences: a run is unfinished as long as it has a row in `unfinished`, and in this process's memory as long as that
 * row carries this start's number (`boot`) and the number of the life that this process has in memory. Commands that touch
 * a run look at that row in SQL, so that of two that race (a finish and a cancel, a checkpoint and a time-out) the first wins
 * and the second writes nothing.
 */
import { announces, atOnce, concurrent, shortcut, type Command, type Shortcut } from '../../storage/command.ts'
import { together, type Tx } from '../../storage/tx.ts'
import type { RunStatus } from '../../storage/schema.ts'
import { keyAt } from '../../storage/ids.ts'
import { claimTick } from '../../workflow/schedule-commands.ts'
import type { Leaving, Place } from '../journal.ts'
import type { NewTick } from '../port.ts'
import { IDEMPOTENCY_MS } from '../schedule.ts'
import * as whole from './at-once.ts'
import { carry, freePlaces, putPlaces, rewrite, type Extra, type Rewrite, type Text } from './carrying.ts'
import * as ends from './end-queries.ts'
import { putInherited, type InheritedRows } from './inheriting.ts'
import { endItems, itemCommands } from './item-commands.ts'
import { placesOf, type Packed } from './places.ts'
import * as sql from './queries.ts'

export interface AcceptRun {
  run: number
  uuid: string
  workflowId: number
  versionId: number
  keep: boolean
  at: number
  replayOf: string | null
  event: Text
  timeoutMs: number
  boot: number
  packed: Packed | undefined
  idempotency: { scope: Uint8Array; request: Uint8Array } | undefined
  tick: NewTick | undefined
  inherited: InheritedRows | undefined
}

export type AcceptedRun =
  | { how: 'accepted' }
  | { how: 'repeated'; key: number; uuid: string; answer: Uint8Array | null }
  | { how: 'key_reused' }
  | { how: 'tick_taken' }

export interface StepCheckpoint extends sql.StepRow, sql.Owned {
  extra: Extra | undefined
}

export interface LeaveArgs {
  wakeAt: number
  waits: Place[]
}

export interface EndRun extends sql.Owned {
  keep: boolean
  status: RunStatus
  at: number
  ending: string | null
  last: sql.StepRow | undefined
  /** Where its secrets are, if it had no items; undefined where this process does not know. */
  places: readonly number[] | undefined
  rewrites: Rewrite[]
  answer: Uint8Array | undefined
}

export interface WaitRow {
  until: number
  how: 'resumed' | 'timed_out' | null
  value: Text | null
}

/** The whole run, or an earlier one under the same `Idempotency-Key`, or nothing for a tick that was fired before. */
const acceptRun: Command<AcceptRun, AcceptedRun> = async (tx, args) => {
  const { packed, idempotency, tick } = args
  if (tick !== undefined) {
    const { run, workflowId: workflow, versionId: version } = args
    if (!(await claimTick(tx, { ...tick, run, workflow, version }))) return { how: 'tick_taken' }
  }
  if (idempotency !== undefined) {
    const earlier = await claimKey(tx, args, idempotency)
    if (earlier !== undefined) return earlier
  }
  const rows = rowsOf(args)
  if ((await tx.run(sql.insertRun, rows)).changes === 0) {
    if ((await tx.get(sql.sameRun, args)) === undefined) throw new Error('another run has this id')
    return { how: 'accepted' }
  }
  await together(tx, [
    () => tx.run(sql.insertEvent, rows),
    () => tx.run(sql.insertUnfinished, rows),
    async () => packed && putPlaces(tx, packed)
  ])
  if (args.inherited !== undefined) await putInherited(tx, args.inherited)
  return { how: 'accepted' }
}

function rowsOf(args: AcceptRun): sql.NewRunRow & sql.EventRow & sql.UnfinishedRow {
  const { keep, packed } = args
  return { ...args, keep: keep ? 1 : 0, places: packed === undefined ? null : JSON.stringify(packed.ids) }
}

const acceptAtOnce = (args: AcceptRun): Shortcut<AcceptedRun> | undefined =>
  args.idempotency === undefined && args.tick === undefined && args.inherited === undefined
    ? shortcut(whole.acceptRun, { ...rowsOf(args), secrets: whole.secretsOf(args.packed) }, { how: 'accepted' })
    : undefined

async function claimKey(
  tx: Tx,
  run: AcceptRun,
  key: { scope: Uint8Array; request: Uint8Array }
): Promise<AcceptedRun | undefined> {
  const earlier = await tx.get(ends.findKey, key)
  if (earlier !== undefined && earlier.id > keyAt(run.at - IDEMPOTENCY_MS)) {
    if (Buffer.compare(earlier.request, key.request) !== 0) return { how: 'key_reused' }
    return { how: 'repeated', key: earlier.id, uuid: earlier.uuid, answer: earlier.answer }
  }
  if (earlier !== undefined) await tx.run(ends.dropKey, earlier)
  await tx.run(ends.insertKey, { run: run.run, uuid: run.uuid, ...key })
  return undefined
}

const finishStep: Command<StepCheckpoint, boolean> = async (tx, step) => {
  if ((await tx.run(sql.insertStep, step)).changes === 0) return (await tx.get(sql.sameStep, step)) !== undefined
  await carry(tx, step.run, step.extra)
  return true
}

const finishStepAtOnce = (step: StepCheckpoint): Shortcut<boolean> | undefined =>
  step.extra === undefined ? shortcut(sql.insertStep, step, true) : undefined

/** Texts of an earlier commit, in one of their own. */
const rewriteTexts: Command<sql.Owned & { rewrites: Rewrite[] }, boolean> = async (tx, args) => {
  if ((await tx.get(sql.stillOurs, args)) === undefined) return false
  await rewrite(tx, args.run, args.rewrites)
  return true
}

export interface FailedAttemptArgs extends sql.Owned {
  lane: string
  position: number
  number: number
  step: string
  startedAt: number
  endedAt: number
  nextAt: number
  spentMs: number
  error: Text
  logs: Text | null
  extra: Extra | undefined
  leave: LeaveArgs | undefined
}

const failAttempt: Command<FailedAttemptArgs, Leaving> = async (tx, attempt) => {
  if ((await tx.run(sql.insertAttempt, attempt)).changes === 0)
    return leftBefore(tx, attempt, tx.get(sql.sameAttempt, attempt))
  await carry(tx, attempt.run, attempt.extra)
  return attempt.leave === undefined ? 'stays' : leave(tx, attempt, attempt.leave)
}

export interface OpenWaitArgs extends sql.Owned {
  lane: string
  position: number
  name: string
  kind: 'sleep' | 'wait'
  startedAt: number
  until: number
  progressed: boolean
  leave: LeaveArgs | undefined
}

const openWait: Command<OpenWaitArgs, { state: WaitRow; leaving: Leaving } | undefined> = async (tx, wait) => {
  if ((await tx.run(sql.insertWait, wait)).changes === 0) return openedBefore(tx, wait)
  if (wait.progressed) await tx.run(sql.progressed, wait)
  const early = wait.kind === 'wait' ? await tx.get(sql.takeResumption, wait) : undefined
  if (early !== undefined) {
    await tx.run(sql.endWait, { ...wait, how: 'resumed', at: wait.startedAt, value: early.value })
    return { state: { until: wait.until, how: 'resumed', value: early.value }, leaving: 'stays' }
  }
  const leaving = wait.leave === undefined ? 'stays' : await leave(tx, wait, wait.leave)
  return { state: { until: wait.until, how: null, value: null }, leaving }
}

/** What became of the wish to leave in a commit that happened before. */
async function leftBefore(tx: Tx, args: sql.Owned, happened: Promise<unknown>): Promise<Leaving> {
  if ((await happened) === undefined) return 'ended'
  return (await tx.get(sql.stillOurs, args)) === undefined ? 'left' : 'stays'
}

async function openedBefore(tx: Tx, wait: OpenWaitArgs): Promise<{ state: WaitRow; leaving: Leaving } | undefined> {
  const leaving = await leftBefore(tx, wait, tx.get(sql.sameWait, wait))
  const state = leaving === 'ended' ? undefined : await tx.get(sql.waitAt, wait)
  return state && { state, leaving }
}

/** Not while one of its waits has ended: the run would sleep on that until the next one does. */
async function leave(tx: Tx, { run, boot, life }: sql.Owned, { wakeAt, waits }: LeaveArgs): Promise<Leaving> {
  for (const place of waits) {
    const how = (await tx.get(sql.waitAt, { run, ...place }))?.how ?? null
    if (how !== null) return 'stays'
  }
  if ((await tx.run(sql.leaveMemory, { run, boot, life, wakeAt })).changes === 0) return 'ended'
  await tx.run(sql.setStatus, { run, status: 'waiting' })
  return 'left'
}

const leaveRun: Command<sql.Owned & { leave: LeaveArgs }, Leaving> = async (tx, args) => {
  // Whoever ends a wait looks at this row first.
  if ((await tx.get(sql.stillOurs, args)) === undefined)
    return (await tx.get(sql.leftBehindUs, args)) === undefined ? 'ended' : 'left'
  return leave(tx, args, args.leave)
}

const timeOutWait: Command<sql.Owned & Place & { at: number }, WaitRow | undefined> = async (tx, args) => {
  if ((await tx.get(sql.stillOurs, args)) === undefined) return undefined
  await tx.run(sql.endWait, { ...args, how: 'timed_out', value: null })
  return await tx.get(sql.waitAt, args)
}

export interface ResumeRun {
  run: number
  uuid: string
  name: string
  value: Text
  at: number
  packed: Packed | undefined
}

export type ResumedRun =
  | { how: 'used' | 'expired' }
  /**
   * `place` is the wait that it ended; without one it is kept for a wait to come. `due` says whether the run waits outside
   * of memory, and is now due.
   */
  | { how: 'resumed'; place: Place | undefined; due: boolean }

const resumeRun: Command<ResumeRun, ResumedRun | undefined> = async (tx, args) => {
  const run = await tx.get(ends.unfinishedNamed, args)
  if (run === undefined) return undefined
  // Also where another one was faster: among it may be what the run itself has minted.
  if (args.packed !== undefined)
    await carry(tx, args.run, { packed: args.packed, item: undefined, rewrites: [], progressed: false })
  const wait = await tx.get(sql.waitNamed, args)
  if (wait?.how === 'resumed' || (await tx.get(sql.resumptionNamed, args)) !== undefined) return { how: 'used' }
  if (wait === undefined) {
    await tx.run(sql.insertResumption, args)
    return { how: 'resumed', place: undefined, due: false }
  }
  const { lane, position, how, until } = wait
  if (how !== null || until <= args.at) return { how: 'expired' }
  await tx.run(sql.endWait, { ...args, lane, position, how: 'resumed' })
  return { how: 'resumed', place: { lane, position }, due: (await tx.run(sql.wakeNow, args)).changes > 0 }
}

/** The places that an end set free, for the one who hands them out. */
export interface Freed {
  places: number[]
}

/** The run's end, its last step, its keyring's, and the answer to a repeated request: one commit (I2, I5). */
const endRun: Command<EndRun, Freed | undefined> = async (tx, args) => {
  const row = await tx.get(ends.endOwned, args)
  if (row === undefined) return (await tx.get(ends.sameEnd, args)) === undefined ? undefined : { places: [] }
  const places = placesOf(row.places)
  const { last } = args
  let ofItems: number[] = []
  await together(tx, [
    async () => (ofItems = await endItems(tx, args.run)),
    () => freePlaces(tx, places),
    // The secrets that it minted die with the keyring.
    async () => args.keep && last !== undefined && tx.run(sql.insertLastStep, last),
    () => close(tx, args)
  ])
  return { places: [...places, ...ofItems] }
}

const endAtOnce = ({
  keep,
  places,
  rewrites,
  answer,
  last,
  status: outcome,
  ...end
}: EndRun): Shortcut<Freed> | undefined =>
  keep && places !== undefined && rewrites.length === 0 && answer === undefined
    ? shortcut(whole.endRun, { ...last, ...end, outcome, ...whole.placesIn(places) }, { places: [...places] })
    : undefined

async function close(tx: Tx, args: Omit<EndRun, 'boot' | 'life' | 'last' | 'places'>): Promise<void> {
  const { run, status, at, ending, answer } = args
  if (args.keep) {
    await rewrite(tx, run, args.rewrites)
    await tx.run(ends.endRun, { run, status, at, ending })
  } else for (const each of ends.forget) await tx.run(each, { run })
  if (answer !== undefined) await tx.run(ends.answerKey, { run, answer })
}

export type CancelRun = Omit<EndRun, 'boot' | 'life' | 'keep' | 'last' | 'places'> & { uuid: string }

/** Ends a run wherever it is. */
const cancelRun: Command<CancelRun, Freed | undefined> = async (tx, args) => {
  const run = await tx.get(ends.unfinishedNamed, args)
  if (run === undefined) return undefined
  const places = placesOf(run.places)
  await freePlaces(tx, places)
  places.push(...(await endItems(tx, args.run)))
  await tx.run(ends.endNamed, args)
  await close(tx, { ...args, keep: run.keep === 1 })
  return { places }
}

export interface TakenUp {
  run: number
  crashes: number
}

/** Makes runs this start's own; those that have ended or are already ours are left out. */
const takeUpRuns: Command<{ runs: number[]; boot: number }, TakenUp[]> = async (tx, { runs, boot }) => {
  const taken: TakenUp[] = []
  for (const run of runs) {
    const row = await tx.get(ends.takeUp, { run, boot })
    if (row === undefined) continue
    await tx.run(sql.setStatus, { run, status: 'running' })
    taken.push({ run, crashes: row.crashes })
  }
  return taken
}

const letGoRuns: Command<{ boot: number }, number> = async (tx, args) => (await tx.run(ends.letGo, args)).changes

/** A run's commands are kept apart by its row in `unfinished`, which each of them locks first. */
export const engineCommands = {
  acceptRun: atOnce(concurrent(acceptRun), acceptAtOnce),
  finishStep: atOnce(concurrent(finishStep), finishStepAtOnce),
  rewriteTexts: concurrent(rewriteTexts),
  ...itemCommands,
  failAttempt: concurrent(failAttempt),
  openWait: concurrent(openWait),
  timeOutWait: concurrent(timeOutWait),
  leaveRun: concurrent(leaveRun),
  resumeRun: announces(concurrent(resumeRun), ({ uuid }) => `run ${uuid}`),
  endRun: atOnce(concurrent(endRun), endAtOnce),
  cancelRun: announces(concurrent(cancelRun), ({ uuid }) => `run ${uuid}`),
  takeUpRuns: concurrent(takeUpRuns),
  letGoRuns: concurrent(letGoRuns)
}

export type EngineCommands = typeof engineCommands
