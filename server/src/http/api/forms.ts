import { z } from 'zod'
import type { FormProp, StepForm } from '../../run/drafts/form.ts'
import type { DraftStep } from '../../run/drafts/forms.ts'
import { Problem } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { AppView, appView } from './catalogue.ts'
import { LINES, sendAnyLines, wantsLines } from './deploying.ts'
import { asked, auth, Options, props } from './offers.ts'
import { jsonBody, route, type Route } from './route.ts'

const definition = z.string().meta({ description: 'The definition that is being written, as YAML or JSON.' })
const step = z.string().meta({ description: 'The name of the step.' })

const PropForm = z
  .object({
    name: z.string(),
    type: z.string().meta({
      description:
        'As the Component API calls it. A `store` or `data_store` takes a name; an `alert` and a `dir` take nothing.'
    }),
    label: z.string().optional(),
    description: z.string().optional().meta({ description: 'Markdown.' }),
    optional: z.boolean(),
    secret: z.boolean(),
    lookup: z.boolean().meta({ description: 'Whether it names a secret in a store.' }),
    literal: z.boolean().meta({ description: 'Whether it is written out in the definition: references are refused.' }),
    default: z.json().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    options: z.array(z.object({ label: z.string(), value: z.union([z.string(), z.number()]) })).optional(),
    async_options: z.boolean().meta({ description: 'Whether its choices have to be asked for.' }),
    use_query: z.boolean().meta({ description: 'Whether they take what a person typed.' }),
    reload: z.boolean().meta({ description: 'Whether other props depend on its value.' }),
    hidden: z.boolean(),
    disabled: z.boolean(),
    kinds: z.array(z.string()).optional().meta({ description: 'The kinds of stores that will do.' }),
    alert_type: z.string().optional(),
    content: z.string().optional().meta({ description: 'What an alert says, in Markdown.' })
  })
  .meta({ id: 'PropForm' })

const Form = z
  .object({
    kind: z.enum(['action', 'component', 'code', 'native', 'delay', 'end_if', 'each']),
    key: z.string(),
    name: z.string(),
    description: z.string(),
    version: z.string(),
    apps: z
      .record(z.string(), AppView.extend({ unlisted: z.boolean() }).meta({ id: 'FormApp' }))
      .meta({ description: 'By the name under the step’s `auth`.' }),
    props: z.array(PropForm),
    additional_props: z.boolean().meta({ description: 'Whether more props come with the values of others.' })
  })
  .meta({ id: 'StepForm' })

const FormLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), text: z.string().meta({ description: 'What is being done.' }) }),
  z.object({ type: z.literal('form'), form: Form }),
  z.object({ type: z.literal('problem'), problem: Problem })
])

const described = z.union([
  z.strictObject({ definition, step }),
  z.strictObject({ use: z.string().max(500).meta({ description: 'What a definition writes after `use:`.' }) })
])

/** Forms of steps of definitions that are being written. */
export function formRoutes({ forms }: Pick<ApiServices, 'forms'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/steps/describe',
      summary: 'Everything that a step of a draft asks for, whoever wrote its code',
      description:
        'The code is installed, bundled and looked at in the sandbox first, which may take a minute; with `Accept: application/x-ndjson` the answer is lines that say what is being done, and a last one of type `form` or `problem`. Nothing of it becomes a version.',
      body: jsonBody(described),
      answers: {
        200: {
          description: 'The form; or lines, of which the last says how it ended.',
          schema: Form,
          also: { [LINES]: FormLine }
        }
      },
      async handle({ body, request, reply }) {
        if (!wantsLines(request.headers.accept)) return { status: 200, body: formView(await forms.describe(body)) }
        sendAnyLines(reply, async (write) => {
          const form = await forms.describe(body, (text) => write({ type: 'progress', text }))
          write({ type: 'form', form: formView(form) })
        })
        return undefined
      }
    }),
    route({
      method: 'POST',
      path: '/steps/options',
      summary: 'The choices of a prop of a draft’s step, a page of them',
      description: 'Runs the prop’s `options` in the sandbox. Nothing of it is kept.',
      body: jsonBody(asked.extend({ definition, step })),
      answers: { 200: { description: 'The choices.', schema: Options } },
      async handle({ body: { definition, step, prev_context: prevContext, query, ...rest } }) {
        const draft: DraftStep = { definition, step }
        const body = await forms.options(draft, {
          ...rest,
          ...(prevContext === undefined ? {} : { prevContext }),
          ...(query === undefined ? {} : { query })
        })
        return { status: 200, body }
      }
    }),
    route({
      method: 'POST',
      path: '/steps/props',
      summary: 'The props of a draft’s step that depend on others',
      description: 'Runs the component’s `additionalProps` in the sandbox. Nothing of it is kept.',
      body: jsonBody(z.strictObject({ definition, step, auth, props })),
      answers: {
        200: {
          description: 'Those besides the form’s, and those of the form’s that are others now.',
          schema: z.object({ props: z.array(PropForm) })
        }
      },
      async handle({ body: { definition, step, ...rest } }) {
        const more: FormProp[] = await forms.props({ definition, step }, rest)
        return { status: 200, body: { props: more } }
      }
    })
  ]
}

function formView({ apps, ...form }: StepForm): z.input<typeof Form> {
  const views = Object.entries(apps).map(([prop, { app, unlisted }]) => [prop, { ...appView(app), unlisted }] as const)
  return { ...form, apps: Object.fromEntries(views) }
}
