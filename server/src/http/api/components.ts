import { z } from 'zod'
import type { OfferedAction } from '../../sandbox/build/components.ts'
import type { ForeignProp } from '../../workflow/foreign-action.ts'
import type { ApiServices } from '../services.ts'
import { route, type Route } from './route.ts'

const PackageView = z
  .object({ name: z.string(), version: z.string(), description: z.string() })
  .meta({ id: 'ComponentPackage' })

const OfferedProp = z.object({
  type: z.string(),
  label: z.string().optional(),
  description: z.string().optional(),
  optional: z.boolean(),
  options: z.boolean().meta({ description: 'Whether there are values to choose from.' })
})

const OfferedView = z
  .object({
    use: z.string().meta({ description: 'What a definition writes after `use:`.' }),
    key: z.string(),
    name: z.string(),
    description: z.string(),
    version: z.string(),
    apps: z.record(z.string(), z.string()).meta({
      description: 'The apps whose credentials it uses: the name under a step’s `auth`, and the app’s slug.'
    }),
    props: z.record(z.string(), OfferedProp),
    problem: z.string().optional().meta({ description: 'Why it cannot be used here, where it cannot.' })
  })
  .meta({ id: 'OfferedAction' })

const OfferView = z
  .object({ package: z.string(), version: z.string(), actions: z.array(OfferedView) })
  .meta({ id: 'ComponentOffer' })
export type OfferView = z.infer<typeof OfferView>

/** Components of packages, which steps can use without anything being deployed here before. */
export function componentRoutes({ components }: Pick<ApiServices, 'components'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/components',
      summary: 'Looks in the registry for packages that offer components',
      description: 'Finds packages with all of these words and the keyword `pipedream` or `bellhop`.',
      query: z.object({ search: z.string().min(1).max(200) }),
      answers: { 200: { description: 'The best first.', schema: z.object({ packages: z.array(PackageView) }) } },
      async handle({ query: { search } }) {
        return { status: 200, body: { packages: await components.search(search) } }
      }
    }),
    route({
      method: 'GET',
      path: '/components/{package}',
      summary: 'What a package offers: actions, props and apps',
      description: 'Fetches it and looks at its actions in the sandbox, which may take a minute. Nothing is deployed.',
      params: z.object({ package: z.string().meta({ description: '`@scope/name`, perhaps with `@version`.' }) }),
      answers: { 200: { description: 'The package.', schema: OfferView } },
      async handle({ params: { package: name } }) {
        const { package: found, version, actions } = await components.offer(name)
        return { status: 200, body: { package: found, version, actions: actions.map((each) => viewOf(found, each)) } }
      }
    })
  ]
}

function viewOf(name: string, offered: OfferedAction): z.infer<typeof OfferedView> {
  const { key, description, version } = offered
  const props = 'action' in offered ? Object.entries(offered.action.props) : []
  return {
    use: `${name}#${key}`,
    key,
    name: offered.name,
    description,
    version,
    apps: Object.fromEntries(props.flatMap(([prop, its]) => (its.kind === 'app' ? [[prop, its.app]] : []))),
    props: Object.fromEntries(props.flatMap(([prop, its]) => (its.kind === 'app' ? [] : [[prop, propView(its)]]))),
    ...('problem' in offered ? { problem: offered.problem } : {})
  }
}

function propView(prop: ForeignProp): z.infer<typeof OfferedProp> {
  const { label, description } = { label: undefined, description: undefined, ...prop }
  const input = prop.kind === 'input' ? prop : undefined
  return {
    type: input?.type ?? prop.kind,
    ...(label === undefined ? {} : { label }),
    ...(description === undefined ? {} : { description }),
    optional: ('optional' in prop && prop.optional === true) || input?.hasDefault === true,
    options: input?.options !== undefined || input?.asyncOptions === true
  }
}
