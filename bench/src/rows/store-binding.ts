/** What a `store` binding costs that hits the cache, beside a `runtime` binding: two workflows of one server, in turns. */
import { join } from 'node:path'
import { deploy, FROM_REQUEST, oneCall, startBellhop } from '../bellhop.ts'
import { addCredentials, fromStore, makeCredentials } from '../credentials-file.ts'
import { CHANNEL } from '../payload.ts'
import type { Stage } from '../stage.ts'
import { compare, CONNECTIONS, figuresOf, over, WARM_UP_REQUESTS, type Figures, type Ratios } from './side-by-side.ts'

export interface StoreBinding {
  figures: Figures[]
  /** `store` over `runtime`, round by round. */
  ratios: Ratios[]
}

export async function storeBinding(stage: Stage): Promise<StoreBinding> {
  const data = join(stage.directory, 'store-binding')
  await using service = await startBellhop(data)
  await addCredentials(service, data, makeCredentials(stage, 1, CHANNEL))
  const bindings = { runtime: FROM_REQUEST, store: fromStore('{{steps.trigger.event.body.channel}}') }
  const contenders = []
  for (const [name, binding] of Object.entries(bindings)) {
    const target = await deploy(service, data, oneCall(name, stage.vendor.url, binding))
    await stage.generator.run({ ...target, connections: 32, lastsMs: 0, requests: WARM_UP_REQUESTS })
    contenders.push({ name: `\`${name}\``, service, target })
  }
  const figures: Figures[] = []
  const ratios: Ratios[] = []
  for (const connections of CONNECTIONS) {
    const [runtime = [], store = []] = await compare(stage, contenders, connections)
    figures.push(figuresOf('`runtime`', connections, runtime), figuresOf('`store`', connections, store))
    ratios.push(over('`store`', connections, store, runtime))
  }
  return { figures, ratios }
}
