/** The control of one prop, by its type. */
import { Textarea, type ControlIds } from '../ui/field.tsx'
import { Switch } from '../ui/switch.tsx'
import type { Json, JsonObject } from '../values/json.ts'
import type { Scope } from '../values/scope.ts'
import { JsonField } from './json-field.tsx'
import { ListField } from './list-field.tsx'
import { NumberField } from './number-field.tsx'
import { ObjectField } from './object-field.tsx'
import { OptionField } from './option-field.tsx'
import { defaultWords, textOf } from './prop-value.ts'
import { ReferenceField } from './reference-field.tsx'
import type { DraftStep, PropForm } from './step-offers.ts'
import { DataStoreField, StoreField } from './store-field.tsx'

export interface ControlProps {
  prop: PropForm
  value: Json | undefined
  /** Undefined takes the value away. */
  onChange: (value: Json | undefined) => void
  scope: Scope
  ids: ControlIds
  draft: DraftStep
  /** What the step's other props are. */
  values: JsonObject
}

/** How a value is given: by a control of its type, as text with references, or as JSON. */
export type Mode = 'value' | 'reference' | 'json'

export function Control({ mode, ...props }: ControlProps & { mode: Mode }) {
  const { prop, value, onChange, scope, ids } = props
  const text = (next: string): void => onChange(next === '' ? undefined : next)
  if (mode === 'json')
    return <JsonField {...{ value, onChange, scope, ids }} disabled={prop.disabled} placeholder={defaultWords(prop)} />
  if (mode === 'reference' || prop.secret) {
    return (
      <ReferenceField
        {...{ scope, ids }}
        value={textOf(value)}
        onChange={text}
        disabled={prop.disabled}
        only={prop.secret}
        placeholder={prop.secret ? 'Choose where the secret comes from' : 'Choose a reference'}
      />
    )
  }
  return <OwnControl {...props} />
}

function OwnControl(props: ControlProps) {
  const { prop, value, onChange, scope, ids } = props
  const label = prop.label ?? prop.name
  const placeholder = defaultWords(prop)
  if (prop.type === 'store') return <StoreField {...{ prop, value, onChange, ids }} />
  if (prop.type === 'data_store') return <DataStoreField {...{ prop, value, onChange, ids }} />
  if (hasChoices(prop)) return <OptionField {...props} />
  switch (prop.type) {
    case 'integer':
      return <NumberField {...{ prop, value, onChange, ids }} />
    case 'boolean':
      return (
        <Switch
          {...ids}
          checked={(value ?? prop.default) === true || value === 'true'}
          onChange={onChange}
          disabled={prop.disabled}
        />
      )
    case 'object':
      return <ObjectField {...{ label, value, onChange, scope, ids, placeholder }} disabled={prop.disabled} />
    case 'string[]':
    case 'integer[]':
    case 'boolean[]':
    case 'object[]':
      return <ListField {...{ prop, label, value, onChange, scope, ids }} fresh={FRESH[prop.type]} />
    case 'http_request':
      return (
        <JsonField {...{ value, onChange, scope, ids }} disabled={prop.disabled} placeholder={placeholder || REQUEST} />
      )
    default:
      return <Text {...props} />
  }
}

const FRESH = { 'string[]': '', 'integer[]': 0, 'boolean[]': false, 'object[]': {} } satisfies Record<string, Json>
const REQUEST = '{ "method": "GET", "url": "https://…" }'

export function hasChoices({ options, async_options: loaded }: PropForm): boolean {
  return loaded || options !== undefined
}

/** Text with references; code, which takes none, is only text. */
function Text({ prop, value, onChange, scope, ids }: ControlProps) {
  const set = (next: string): void => onChange(next === '' ? undefined : next)
  const placeholder = defaultWords(prop)
  if (prop.literal) {
    return (
      <Textarea
        {...ids}
        value={textOf(value)}
        placeholder={placeholder}
        disabled={prop.disabled}
        className="font-mono text-xs!"
        rows={Math.min(12, textOf(value).split('\n').length + 1)}
        onChange={(event) => set(event.target.value)}
      />
    )
  }
  return (
    <ReferenceField
      {...{ scope, ids, placeholder }}
      value={textOf(value)}
      onChange={set}
      disabled={prop.disabled}
      multiline={MANY_LINES.test(prop.name) || textOf(value).includes('\n')}
    />
  )
}

/** Names of what people write more than a line of. */
const MANY_LINES = /^(?:.*_)?(?:text|body|message|description|content|html|markdown|comment|note|notes|query|prompt)$/i
