import { ChevronRight } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { useState } from 'react'
import { Field, Input, SecretInput, Textarea, type ControlIds } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { isObject, type Json, type JsonObject } from '../../values/json.ts'
import { valueAt, withValue, type ConfigField } from './config.ts'

interface ConfigFormProps {
  fields: readonly ConfigField[]
  config: JsonObject
  onChange: (config: JsonObject) => void
  path?: readonly string[]
  /** By the dotted path of a field. */
  mistakes: ReadonlyMap<string, string>
}

/** What has to be said first, and groups; the rest is folded until it is wanted. */
export function ConfigForm({ fields, config, onChange, path = [], mistakes }: ConfigFormProps) {
  const first = fields.filter(
    ({ required, control, secret, name }) => required || control === 'group' || secret || name === 'query'
  )
  const more = fields.filter((field) => !first.includes(field))
  const show = (field: ConfigField) =>
    field.control === 'group' ? (
      <OneOf
        key={field.name}
        field={field}
        config={config}
        onChange={onChange}
        path={[...path, field.name]}
        mistakes={mistakes}
      />
    ) : (
      <ConfigControl
        key={field.name}
        field={field}
        value={valueAt(config, [...path, field.name])}
        error={mistakes.get([...path, field.name].join('.'))}
        onChange={(value) => onChange(withValue(config, [...path, field.name], value))}
      />
    )
  return (
    <div className="flex flex-col gap-4">
      {first.map(show)}
      {more.length === 0 ? null : (
        <Collapsible.Root defaultOpen={first.length === 0}>
          <Collapsible.Trigger className="group flex items-center gap-1 text-sm text-ink-3 hover:text-ink">
            <ChevronRight
              className="size-3.5 transition-transform group-data-[state=open]:rotate-90"
              aria-hidden="true"
            />
            More options
          </Collapsible.Trigger>
          <Collapsible.Content className="flex flex-col gap-4 pt-3">{more.map(show)}</Collapsible.Content>
        </Collapsible.Root>
      )}
    </div>
  )
}

interface OneOfProps extends Omit<ConfigFormProps, 'fields' | 'path'> {
  field: ConfigField
  path: readonly string[]
}

/** A group of which one is given: ways to sign in. */
function OneOf({ field, config, onChange, path, mistakes }: OneOfProps) {
  const ways = field.fields ?? []
  const given = valueAt(config, path)
  const begun = isObject(given) ? ways.find(({ name }) => Object.hasOwn(given, name)) : undefined
  const [chosen, setChosen] = useState(begun?.name ?? ways[0]?.name ?? '')
  const way = ways.find(({ name }) => name === chosen)
  const mistake = mistakes.get(path.join('.'))
  return (
    <div className="flex flex-col gap-3">
      <Field label={field.label} error={mistake}>
        {(ids) => (
          <Select
            {...ids}
            value={chosen}
            onChange={(name) => {
              setChosen(name)
              onChange(withValue(config, path, undefined))
            }}
            choices={ways.map(({ name, label }) => ({ value: name, label }))}
          />
        )}
      </Field>
      {way === undefined ? null : way.control === 'group' ? (
        <div className="border-l-2 pl-4">
          <ConfigForm
            fields={way.fields ?? []}
            config={config}
            onChange={onChange}
            path={[...path, way.name]}
            mistakes={mistakes}
          />
        </div>
      ) : (
        <ConfigControl
          field={way}
          value={valueAt(config, [...path, way.name])}
          error={mistakes.get([...path, way.name].join('.'))}
          onChange={(value) => onChange(withValue(config, [...path, way.name], value))}
        />
      )}
    </div>
  )
}

interface ConfigControlProps {
  field: ConfigField
  value: Json | undefined
  error: string | undefined
  onChange: (value: Json | undefined) => void
}

function ConfigControl({ field, value, error, onChange }: ConfigControlProps) {
  return (
    <Field label={field.label} required={field.required} hint={field.description} error={error}>
      {(ids) => <Control ids={ids} field={field} value={value} onChange={onChange} />}
    </Field>
  )
}

function Control({ ids, field, value, onChange }: Omit<ConfigControlProps, 'error'> & { ids: ControlIds }) {
  const text = textOf(value) ?? ''
  const initial = textOf(field.initial)
  switch (field.control) {
    case 'switch':
      return <Switch {...ids} checked={(value ?? field.initial) === true} onChange={onChange} />
    case 'choice':
      return (
        <Select
          {...ids}
          value={value === undefined ? undefined : text}
          placeholder={initial ?? 'As it is where nothing is said'}
          onChange={onChange}
          choices={(field.choices ?? []).map((choice) => ({ value: choice, label: choice }))}
        />
      )
    case 'number':
      return (
        <Input
          {...ids}
          inputMode="numeric"
          placeholder={initial}
          value={text}
          onChange={({ target }) => onChange(target.value === '' ? undefined : numberOr(target.value))}
        />
      )
    case 'lines':
      return (
        <Textarea
          {...ids}
          rows={3}
          className="font-mono text-xs"
          value={text}
          onChange={({ target }) => onChange(target.value)}
        />
      )
    case 'group':
      return null
    case 'text': {
      const Text = field.secret ? SecretInput : Input
      return <Text {...ids} placeholder={initial} value={text} onChange={({ target }) => onChange(target.value)} />
    }
  }
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'object' ? JSON.stringify(value) : value?.toString()
}

function numberOr(text: string): Json {
  const number = Number(text)
  return Number.isFinite(number) ? number : text
}
