/** What a run costs as history grows: the same load on servers that remember few runs and many, in turns. */
import { join } from 'node:path'
import { deploy, oneCall, startBellhop } from '../bellhop.ts'
import { multiplyRun } from '../history.ts'
import type { Target } from '../load/order.ts'
import type { Service } from '../service.ts'
import type { Stage } from '../stage.ts'
import { figuresOf, measure, over, type Figures, type Ratios } from './side-by-side.ts'

const CONNECTIONS = 32
const WARM_UP_REQUESTS = 3000

export interface Growth {
  sizes: { bytes: number; figures: Figures }[]
  /** Many runs over few, round by round. */
  ratios: Ratios[]
}

interface Grown {
  runs: number
  bytes: number
  server: Service
  target: Target
}

export async function growth(stage: Stage): Promise<Growth> {
  const counts = [10_000, 1_000_000, ...(stage.full ? [10_000_000] : [])]
  await using stack = new AsyncDisposableStack()
  const grown: Grown[] = []
  for (const runs of counts) grown.push(await grow(stage, runs, stack))
  for (const { target } of grown) {
    await stage.generator.run({ ...target, connections: CONNECTIONS, lastsMs: 0, requests: WARM_UP_REQUESTS })
  }
  const rounds: Awaited<ReturnType<typeof measure>>[][] = grown.map(() => [])
  for (let i = 0; i < stage.rounds; i += 1) {
    stage.say(`with a past, round ${i + 1} of ${stage.rounds}`)
    for (const [place, one] of grown.entries()) {
      rounds[place]?.push(await measure(stage, { service: one.server, target: one.target }, CONNECTIONS))
    }
  }
  const names = grown.map(({ runs }) => `${runs.toLocaleString('en')} runs`)
  const [few = []] = rounds
  return {
    sizes: grown.map(({ bytes }, place) => ({
      bytes,
      figures: figuresOf(names[place] ?? '', CONNECTIONS, rounds[place] ?? [])
    })),
    ratios: names.slice(1).map((name, place) => over(name, CONNECTIONS, rounds[place + 1] ?? [], few))
  }
}

/** One real run, multiplied, and a server that remembers them. */
async function grow(stage: Stage, runs: number, stack: AsyncDisposableStack): Promise<Grown> {
  stage.say(`filling a data directory with ${runs.toLocaleString('en')} runs`)
  const data = join(stage.directory, `past-${runs}`)
  let target: Target
  {
    await using server = await startBellhop(data)
    target = await deploy(server, data, oneCall('one-call', stage.vendor.url))
    await stage.generator.run({ ...target, connections: 1, lastsMs: 0, requests: 1 })
  }
  const bytes = multiplyRun(data, runs)
  const server = stack.use(await startBellhop(data))
  // The endpoint stays; the port is another.
  return { runs, bytes, server, target: { ...target, url: `${server.url}${new URL(target.url).pathname}` } }
}
