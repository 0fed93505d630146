/**
 * What packages offer: their actions as they are described in the sandbox, without a workflow that uses them. Nothing of it is
 * kept but archives.
 */
import { Fault } from '@bellhop/sdk'
import type { ForeignAction } from '../../workflow/foreign-action.ts'
import { listedSchema, type ListRequest } from './messages.ts'
import { isRange, readSpecifier, wanted as keyOf } from './specifier.ts'
import type { Job, Workshop } from './workshop.ts'

/** An action of a package. Why it cannot be used stands in place of its props. */
export type OfferedAction = Pick<ForeignAction, 'key' | 'name' | 'description' | 'version'> &
  ({ action: ForeignAction } | { problem: string })

export interface Offer {
  package: string
  version: string
  actions: OfferedAction[]
}

/** Packages say by a keyword what they are made for. */
const KEYWORDS = 'keywords:pipedream,bellhop'

export class Components {
  readonly #workshop: Workshop

  constructor(workshop: Workshop) {
    this.#workshop = workshop
  }

  /** Packages of the registry with these words and the keyword `pipedream` or `bellhop`. @throws Fault `registry_*` */
  search(words: string): Promise<{ name: string; version: string; description: string }[]> {
    return this.#workshop.search(`${words} ${KEYWORDS}`)
  }

  /**
   * Every action of a package.
   * @param name `@scope/name`, with a version or range behind it or the newest
   * @throws Fault `package_unknown`, `registry_*`, `package_*`, `build_*`
   */
  async offer(name: string): Promise<Offer> {
    const specifier = readSpecifier(name)
    if (specifier === undefined || specifier.subpath !== '' || !(specifier.range === '' || isRange(specifier.range))) {
      throw unknown(
        'this is not the name of a package',
        'Write it as in `use`, without the `#`: @scope/name, or @scope/name@1.2.3.'
      )
    }
    const key = keyOf(specifier.name, specifier.range === '' ? 'latest' : specifier.range)
    return this.#workshop.work(
      () => undefined,
      (job) => this.#offer(specifier.name, key, job)
    )
  }

  async #offer(name: string, key: string, job: Job): Promise<Offer> {
    const wanted = [{ name, range: key.slice(name.length + 1) }]
    const installed = await this.#workshop.install(wanted, job)
    if ('problems' in installed) throw unknown(installed.problems[0]?.message ?? 'it cannot be installed')
    const { lock } = installed
    const id = lock.wanted[key] ?? ''
    const cache = this.#workshop.archives
    const { components } = await job.bundler.ask({ cache, lock, list: id } satisfies ListRequest, listedSchema)
    const steps = components.map((component, n) => ({ step: `c${n}`, component: { package: key, key: component.key } }))
    if (steps.length === 0) return offerOf(id, [])
    const { bundled } = await this.#workshop.bundle(steps, { wanted, lock }, job, { shared: true })
    const problem = bundled.problems[0]?.message
    if (problem !== undefined) {
      return offerOf(
        id,
        components.map((component) => ({ ...component, problem }))
      )
    }
    const described = await this.#workshop.describe(bundled, `build:${id}`, job, false)
    const actions = components.map((component, n): OfferedAction => {
      const said = described.get(`c${n}`)
      if (said === undefined || 'message' in said) return { ...component, problem: said?.message ?? 'nothing' }
      const { key, name, description, version } = said
      return { key, name, description, version, action: said }
    })
    return offerOf(id, actions)
  }
}

function offerOf(id: string, actions: OfferedAction[]): Offer {
  const at = id.lastIndexOf('@')
  return {
    package: id.slice(0, at),
    version: id.slice(at + 1),
    actions: actions.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  }
}

function unknown(message: string, hint = 'Look for one with `bellhop components search`.'): Fault {
  return new Fault('package_unknown', message, { status: 404, hint })
}
