/** One action as a page for the terminal: its props, whose credentials it takes, and a step to begin with. */
import type { ActionView, AppView } from '../http/api/catalogue.ts'
import { columns } from './columns.ts'

type Prop = ActionView['props'][string]
type Bound = { name: string; app: AppView }

export function actionPage(action: ActionView, known: readonly AppView[]): string {
  const bound = Object.entries(action.apps).flatMap(([name, slug]) => {
    const app = known.find((each) => each.app === slug)
    return app === undefined ? [] : [{ name, app }]
  })
  return [
    `${action.key}  ${action.name}, version ${action.version}`,
    action.description,
    '',
    'props:',
    ...indented(
      columns([...Object.entries(action.stores).map(storeRow), ...Object.entries(action.props).map(propRow)])
    ),
    ...bound.flatMap((one) => ['', ...credentialLines(one)]),
    '',
    'a step to begin with:',
    ...indented(stepLines(action, bound))
  ].join('\n')
}

function storeRow([name, { label, kinds }]: [string, ActionView['stores'][string]]): string[] {
  return [name, 'store', 'required', `the name of a store, of kind ${kinds.join(' or ')}; ${label ?? name}`]
}

function propRow([name, prop]: [string, Prop]): string[] {
  const { type, optional, default: preset, options, label, description } = prop
  const need = preset === undefined ? (optional ? 'optional' : 'required') : `default ${JSON.stringify(preset)}`
  const choice = options === undefined ? [] : [`one of ${options.map(({ value }) => value).join(', ')}`]
  return [name, type, need, [...choice, description ?? label ?? ''].filter((text) => text !== '').join('; ')]
}

function credentialLines({ name, app }: Bound): string[] {
  const rows = Object.entries(app.fields).map(([field, { label, description, secret, optional }]) => [
    field,
    [secret ? 'secret' : 'shown', ...(optional ? ['optional'] : [])].join(', '),
    description === undefined ? label : `${label}: ${description}`
  ])
  const sets = app.one_of?.map((set) => set.join(' and ')).join(', or ')
  const where = app.hosts.length === 0 ? 'the host of the step’s URL, or what its binding lists' : app.hosts.join(', ')
  return [
    `credentials of ${app.name}, under auth.${name}${app.optional ? ' (optional)' : ''}:`,
    ...indented(columns(rows)),
    ...(sets === undefined ? [] : [`  one whole set: ${sets}`]),
    `  they go to: ${where}`
  ]
}

/** A step with all that is required, each from the event of the trigger. */
function stepLines(action: ActionView, bound: readonly Bound[]): string[] {
  const auth = bound
    .filter(({ app }) => !app.optional)
    .flatMap(({ name, app }) => [
      `    ${name}:`,
      '      runtime:',
      ...requiredFields(app).map((f) => `  ${reference(f)}`)
    ])
  const props = Object.entries(action.props)
    .filter(([, { optional, default: preset }]) => !optional && preset === undefined)
    // What names a secret, and what is code, is not for every caller to choose, so it stands there in full.
    .map(([name, { lookup, literal }]) => {
      if (lookup) return `    ${name}: which-${name}`
      return literal ? `    ${name}: your-${name}` : reference(name).slice(2)
    })
  const stores = Object.keys(action.stores).map((name) => `    ${name}: my-${name}`)
  return [
    `- name: ${action.key.replaceAll('-', '_')}`,
    `  use: ${action.key}`,
    ...(auth.length === 0 ? [] : ['  auth:', ...auth]),
    ...(props.length + stores.length === 0 ? [] : ['  props:', ...stores, ...props])
  ]
}

function reference(name: string): string {
  return `      ${name}: "{{steps.trigger.event.body.${name}}}"`
}

/** The fields of the first set that would do. */
function requiredFields({ fields, one_of: sets = [] }: AppView): string[] {
  const listed = new Set(sets.flat())
  const single = Object.entries(fields).filter(([field, { optional }]) => !optional && !listed.has(field))
  return [...single.map(([field]) => field), ...(sets[0] ?? [])]
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
