import { z } from 'zod'
import { shapeOf, type ActionDefinition, type AppDefinition, type PropDefinition } from '@bellhop/sdk'
import type { ApiServices } from '../services.ts'
import { route, type Route } from './route.ts'

const FieldView = z.object({
  label: z.string(),
  description: z.string().optional(),
  secret: z.boolean(),
  optional: z.boolean()
})

export const AppView = z
  .object({
    app: z.string().meta({ description: 'The slug.' }),
    name: z.string(),
    description: z.string(),
    fields: z.record(z.string(), FieldView),
    one_of: z
      .array(z.array(z.string()))
      .optional()
      .meta({ description: 'Sets of fields that exclude each other’s need: one whole set has to be given.' }),
    optional: z.boolean().meta({ description: 'Whether a step may use it without credentials.' }),
    hosts: z.array(z.string()).meta({ description: 'Where its credentials may go; empty when the step says it.' })
  })
  .meta({ id: 'App' })
export type AppView = z.infer<typeof AppView>

const PropView = z
  .object({
    type: z.string(),
    label: z.string().optional(),
    description: z.string().optional(),
    optional: z.boolean(),
    secret: z.boolean(),
    lookup: z.boolean().meta({ description: 'Whether it names a secret in a store.' }),
    literal: z.boolean().meta({ description: 'Whether it is written out in the definition: references are refused.' }),
    default: z.json().optional(),
    options: z.array(z.object({ label: z.string(), value: z.union([z.string(), z.number()]) })).optional()
  })
  .meta({ id: 'Prop' })

const StorePropView = z.object({
  label: z.string().optional(),
  kinds: z.array(z.string()).meta({ description: 'The kinds of stores that will do.' })
})

const ActionView = z
  .object({
    key: z.string().meta({ description: 'What a definition writes after `use:`.' }),
    name: z.string(),
    description: z.string(),
    version: z.string(),
    apps: z.record(z.string(), z.string()).meta({
      description: 'The apps whose credentials it uses: the name under a step’s `auth`, and the app’s slug.'
    }),
    stores: z.record(z.string(), StorePropView).meta({ description: 'Props that take the name of a store.' }),
    props: z.record(z.string(), PropView)
  })
  .meta({ id: 'Action' })
export type ActionView = z.infer<typeof ActionView>

/** What definitions can name. Nothing changes while the server runs, so the views are made once. */
export function catalogueRoutes({ catalogue }: Pick<ApiServices, 'catalogue'>): Route[] {
  const apps = catalogue.apps().map(appView)
  const actions = catalogue.actions().map(actionView)
  return [
    route({
      method: 'GET',
      path: '/apps',
      summary: 'All apps, with the credential fields that they need',
      answers: { 200: { description: 'The apps.', schema: z.object({ apps: z.array(AppView) }) } },
      handle: () => ({ status: 200, body: { apps } })
    }),
    route({
      method: 'GET',
      path: '/actions',
      summary: 'All actions, with their props',
      answers: { 200: { description: 'The actions.', schema: z.object({ actions: z.array(ActionView) }) } },
      handle: () => ({ status: 200, body: { actions } })
    })
  ]
}

export function appView(app: AppDefinition): AppView {
  const fields = Object.entries(app.auth.fields).map(
    ([field, { label, description, secret, optional }]): [string, z.infer<typeof FieldView>] => [
      field,
      {
        label,
        ...(description === undefined ? {} : { description }),
        secret: secret ?? true,
        optional: optional ?? false
      }
    ]
  )
  return {
    app: app.app,
    name: app.name,
    description: app.description,
    fields: Object.fromEntries(fields),
    ...(app.auth.oneOf === undefined ? {} : { one_of: app.auth.oneOf.map((set) => [...set]) }),
    optional: app.auth.optional ?? false,
    hosts: [...app.hosts]
  }
}

function actionView(action: ActionDefinition): ActionView {
  const { key, name, description, version } = action
  const { apps, inputs, stores } = shapeOf(action)
  const props = Object.entries(inputs).map(([prop, definition]): [string, z.infer<typeof PropView>] => [
    prop,
    propView(definition)
  ])
  return {
    key,
    name,
    description,
    version,
    apps: Object.fromEntries(Object.entries(apps).map(([name, { app }]) => [name, app])),
    stores: Object.fromEntries(
      Object.entries(stores).map(([name, { label, kinds }]) => [
        name,
        { kinds: [...kinds], ...(label === undefined ? {} : { label }) }
      ])
    ),
    props: Object.fromEntries(props)
  }
}

function propView(prop: PropDefinition): z.infer<typeof PropView> {
  return {
    type: prop.type,
    ...(prop.label === undefined ? {} : { label: prop.label }),
    ...(prop.description === undefined ? {} : { description: prop.description }),
    optional: prop.optional ?? false,
    secret: prop.secret ?? false,
    lookup: prop.lookup ?? false,
    literal: prop.literal !== undefined,
    ...(prop.default === undefined ? {} : { default: prop.default }),
    ...(prop.options === undefined ? {} : { options: prop.options.map(optionView) })
  }
}

function optionView(option: NonNullable<PropDefinition['options']>[number]): { label: string; value: string | number } {
  return typeof option === 'object' ? option : { label: String(option), value: option }
}
