/** What a warm code step costs beside a step in the server's process that does the same: workflows of one server, in turns. */
import { join } from 'node:path'
import { deploy, oneCall, startBellhop } from '../bellhop.ts'
import { fetchingCode, smallCode, smallInProcess } from '../code-steps.ts'
import type { Stage } from '../stage.ts'
import { differencesOf, spreadOf, type Spread } from '../stats.ts'
import { compare, CONNECTIONS, figuresOf, over, type Figures, type Ratios } from './side-by-side.ts'

/** Each process of the pool compiles for itself what it runs often, and goes on with that for a thousand runs. */
const WARM_UP_MS = 10_000

export interface CodeSteps {
  figures: Figures[]
  /** Code over its counterpart, round by round. */
  ratios: Ratios[]
  work: WorkFigures[]
}

/** The two figures that have targets, of one kind of work. */
export interface WorkFigures {
  what: string
  /** How much longer the p50 of code is with one connection, in milliseconds. */
  more: Spread
  /** Runs a second of code with 32 connections. */
  perSecond: Spread
}

interface Work {
  what: string
  inProcess: string
  code: string
}

const WORK: readonly Work[] = [
  { what: 'a small value', inProcess: 'small value, in process', code: 'small value, code' },
  { what: 'a call by `fetch`', inProcess: 'call, `http-request`', code: 'call, code with `fetch`' }
]

export async function codeSteps(stage: Stage): Promise<CodeSteps> {
  const data = join(stage.directory, 'code-steps')
  await using service = await startBellhop(data)
  const { url } = stage.vendor
  const definitions = [
    smallInProcess('small-in-process'),
    smallCode('small-code'),
    oneCall('call-in-process', url),
    fetchingCode('call-code', url)
  ]
  const names = WORK.flatMap(({ inProcess, code }) => [inProcess, code])
  const contenders = []
  for (const [place, definition] of definitions.entries()) {
    const target = await deploy(service, data, definition)
    stage.say(`warming up ${definition.name}`)
    await stage.generator.run({ ...target, connections: 32, lastsMs: WARM_UP_MS })
    contenders.push({ name: names[place] ?? '', service, target })
  }
  const figures: Figures[] = []
  const ratios: Ratios[] = []
  const more: Spread[] = []
  const perSecond: Spread[] = []
  for (const connections of CONNECTIONS) {
    const rounds = await compare(stage, contenders, connections)
    figures.push(...names.map((name, place) => figuresOf(name, connections, rounds[place] ?? [])))
    for (const [place, { code }] of WORK.entries()) {
      const [under = [], ours = []] = rounds.slice(place * 2)
      ratios.push(over(code, connections, ours, under))
      const p50 = (list: typeof ours): number[] => list.map(({ outcome }) => outcome.p50)
      if (connections === 1) more.push(differencesOf(p50(ours), p50(under)))
      if (connections === 32) perSecond.push(spreadOf(ours.map(({ outcome }) => outcome.perSecond)))
    }
  }
  return { figures, ratios, work: WORK.map(({ what }, place) => workOf(what, more[place], perSecond[place])) }
}

const NOT_MEASURED: Spread = { min: NaN, median: NaN, max: NaN }

function workOf(what: string, more = NOT_MEASURED, perSecond = NOT_MEASURED): WorkFigures {
  return { what, more, perSecond }
}
