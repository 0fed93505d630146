/** A step's form: everything that is asked for to fill it in, whoever wrote the action. */
import { Fault, shapeOf, type AppDefinition, type Json, type Prop } from '@bellhop/sdk'
import { given, isUnlisted, type ForeignProp } from '../../workflow/foreign-action.ts'
import type { Part } from '../../workflow/part.ts'
import type { UseStep } from '../use-step.ts'

/** One thing that a person fills in or reads. */
export interface FormProp {
  name: string
  /** As the Component API calls it; besides, `store` and `data_store` take names, and `alert` and `dir` nothing. */
  type: string
  label?: string
  /** Markdown. */
  description?: string
  optional: boolean
  secret: boolean
  /** Names a secret in a store. */
  lookup: boolean
  /** Stands in the definition word for word: references are refused. */
  literal: boolean
  default?: Json
  min?: number
  max?: number
  options?: { label: string; value: string | number }[]
  /** There are values to choose from, which have to be asked for. */
  async_options: boolean
  /** They take what a person typed. */
  use_query: boolean
  /** Other props depend on it. */
  reload: boolean
  hidden: boolean
  disabled: boolean
  /** The kinds of stores that will do. */
  kinds?: string[]
  alert_type?: string
  /** Of an alert: Markdown. */
  content?: string
}

export interface FormApp {
  app: AppDefinition
  /** In no catalogue: the binding says its fields, hosts and places. */
  unlisted: boolean
}

export interface StepForm {
  kind: 'action' | 'component' | 'code' | 'native' | 'delay' | 'end_if' | 'each'
  key: string
  name: string
  description: string
  version: string
  apps: Record<string, FormApp>
  props: FormProp[]
  /** More props come with the values of others. */
  additional_props: boolean
}

/** @throws Fault `step_undecided` (422) where the step does not say what it does */
export function formOf({ written, drafted }: Part): StepForm {
  if (drafted?.kind === 'use') return useForm(drafted, written)
  const kind = (['delay', 'end_if', 'each'] as const).find((one) => Object.hasOwn(written, one))
  if (kind !== undefined)
    return { kind, key: '', name: '', description: '', version: '', apps: {}, props: [], additional_props: false }
  throw new Fault('step_undecided', 'this step does not say what it does', {
    status: 422,
    hint: 'Give it an action (`use`), code, or one of `delay`, `end_if` and `each`.'
  })
}

function useForm(
  { action, code, native }: Pick<UseStep, 'action' | 'code' | 'native'>,
  written: Part['written']
): StepForm {
  const { key, name, description, version } = action
  const { apps } = shapeOf(action)
  const props = code === undefined ? ownProps(action) : foreignProps(code.foreign.props)
  const kind = native !== undefined ? 'native' : code === undefined ? 'action' : 'use' in written ? 'component' : 'code'
  return {
    kind,
    key,
    name,
    description,
    version,
    apps: Object.fromEntries(Object.entries(apps).map(([prop, app]) => [prop, { app, unlisted: isUnlisted(app) }])),
    props,
    additional_props: native !== undefined || code?.foreign.additionalProps === true
  }
}

const NOTHING = {
  optional: true,
  secret: false,
  lookup: false,
  literal: false,
  async_options: false,
  use_query: false,
  reload: false,
  hidden: false,
  disabled: false
}

/** Props of what code answered with, in its order. */
export function foreignProps(props: Readonly<Record<string, ForeignProp>>): FormProp[] {
  return Object.entries(props).flatMap(([name, prop]) => foreignProp(name, prop) ?? [])
}

function foreignProp(name: string, prop: ForeignProp): FormProp | undefined {
  switch (prop.kind) {
    case 'app':
    case 'db':
      return undefined
    case 'note':
      return {
        ...NOTHING,
        name,
        type: prop.type ?? 'alert',
        ...given({ content: prop.content, alert_type: prop.alertType })
      }
    case 'data_store':
      return { ...NOTHING, name, type: 'data_store', ...words(prop), optional: prop.optional === true }
    case 'input': {
      const { type, as, optional, hasDefault, default: initial, min, max, options } = prop
      return {
        name,
        type: as ?? type,
        ...words(prop),
        optional: optional === true || hasDefault === true,
        secret: prop.secret === true,
        lookup: false,
        literal: false,
        ...given({ default: initial, min, max, options: options?.map(choice) }),
        async_options: prop.asyncOptions === true,
        use_query: prop.useQuery === true,
        reload: prop.reloadProps === true,
        hidden: prop.hidden === true,
        disabled: prop.disabled === true
      }
    }
  }
}

/** Props of one of Bellhop's own actions, in its order. */
function ownProps(action: UseStep['action']): FormProp[] {
  const { inputs } = shapeOf(action)
  return Object.entries(action.props).flatMap(([name, prop]) => {
    const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined
    const written = typeof prop === 'object' && 'type' in prop ? prop.type : undefined
    if (input === undefined) return passive(name, prop) ?? []
    return {
      name,
      type: written !== undefined && INPUTS_OF_THEIR_OWN.has(written) ? written : input.type,
      ...words(input),
      optional: input.optional === true || input.default !== undefined,
      secret: input.secret === true,
      lookup: input.lookup === true,
      literal: input.literal !== undefined,
      ...given({ default: input.default, min: input.min, max: input.max, options: input.options?.map(choice) }),
      async_options: false,
      use_query: false,
      reload: false,
      hidden: input.hidden === true,
      disabled: input.disabled === true
    }
  })
}

/** They are filled in as JSON, and have forms of their own. */
const INPUTS_OF_THEIR_OWN: ReadonlySet<string> = new Set(['data_store', 'http_request', 'sql'])

function passive(name: string, prop: Prop): FormProp | undefined {
  if (typeof prop === 'string' || 'propDefinition' in prop) return undefined
  switch (prop.type) {
    case 'store':
      return { ...NOTHING, name, type: 'store', ...words(prop), optional: false, kinds: [...prop.kinds] }
    case 'alert':
      return { ...NOTHING, name, type: 'alert', content: prop.content, ...given({ alert_type: prop.alertType }) }
    default:
      return undefined
  }
}

function words({ label, description }: { label?: string | undefined; description?: string | undefined }) {
  return given({ label, description })
}

function choice(option: string | number | { label: string; value: string | number }): {
  label: string
  value: string | number
} {
  return typeof option === 'object' ? option : { label: String(option), value: option }
}
