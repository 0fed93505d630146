import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FlaskConical } from 'lucide-react'
import { storeKindsQuery, storesQuery, type Store } from '../api/access.ts'
import { api, body } from '../api/client.ts'
import { useEditor } from '../editor/context.tsx'
import { readAt, setAt } from '../editor/document.ts'
import type { FormApp } from '../editor/step-form.ts'
import type { StepNode } from '../editor/steps.ts'
import { ReferenceField } from '../forms/reference-field.tsx'
import { Button } from '../ui/button.tsx'
import { Field, Input } from '../ui/field.tsx'
import { ErrorNotice, Notice } from '../ui/notice.tsx'
import { Select } from '../ui/select.tsx'
import { isObject, type JsonObject } from '../values/json.ts'
import type { Scope } from '../values/scope.ts'
import { requiredFields, samplesOf } from './binding.ts'

interface StoreBindingProps {
  step: StepNode
  prop: string
  app: FormApp
  store: JsonObject
}

/** What each kind of store is asked with. */
const LOOKUPS: Record<string, { label: string; placeholder: string; hint: string }> = {
  path: {
    label: 'Path',
    placeholder: 'customers/{{steps.trigger.event.body.customer}}/slack',
    hint: 'Where the secret is. References are filled in by each run.'
  },
  key: {
    label: 'Key',
    placeholder: '{{steps.trigger.event.body.customer}}',
    hint: 'Stands for $1 in the store’s query.'
  },
  connection: {
    label: 'Connection',
    placeholder: '{{steps.trigger.event.body.connection_id}}',
    hint: 'The id of the connection.'
  }
}

/** A store, what it is asked for, and which of its fields are the app's credentials. */
export function StoreBinding({ step, prop, app, store }: StoreBindingProps) {
  const { document, edit, scopeOf } = useEditor()
  const { data: stores } = useQuery(storesQuery)
  const { data: kinds } = useQuery(storeKindsQuery)
  const path = [...step.path, 'auth', prop, 'store']
  const from = typeof store['from'] === 'string' ? store['from'] : ''
  const kind = stores?.find(({ name }) => name === from)?.kind
  const lookup = kinds?.find((each) => each.kind === kind)?.lookup ?? lookupOf(store)
  const set = (name: string, value: string, of?: string) =>
    edit((now) => setAt(now, [...path, name], value === '' ? undefined : value), of)
  const words = LOOKUPS[lookup]
  return (
    <div className="flex flex-col gap-4 border-l-2 border-brass pl-4">
      <Field label="Store" required hint={stores?.length === 0 ? <NoStore /> : undefined}>
        {(ids) => (
          <Select
            {...ids}
            value={from === '' ? undefined : from}
            placeholder="Choose a store…"
            onChange={(name) => edit((now) => setAt(now, path, { ...store, from: name }))}
            choices={choicesOf(stores ?? [], from)}
          />
        )}
      </Field>
      {words === undefined ? null : (
        <Field label={words.label} required hint={words.hint}>
          {(ids) => (
            <ReferenceField
              ids={ids}
              value={textAt(store, lookup)}
              scope={scopeOf(step)}
              placeholder={words.placeholder}
              onChange={(value) => set(lookup, value, `${path.join('.')}.${lookup}`)}
            />
          )}
        </Field>
      )}
      {lookup === 'connection' ? (
        <Field label="Integration" hint="Nango’s id of the integration; left out where the store has one.">
          {(ids) => (
            <Input
              {...ids}
              value={textAt(store, 'integration')}
              onChange={(event) => set('integration', event.target.value, `${path.join('.')}.integration`)}
            />
          )}
        </Field>
      ) : null}
      <Mapping
        app={app}
        fields={isObject(store['fields']) ? store['fields'] : {}}
        onChange={(name, value) =>
          edit(
            (now) => setAt(now, [...path, 'fields', name], value === '' ? undefined : value),
            `${path.join('.')}.${name}`
          )
        }
      />
      <Try app={app} binding={readAt(document, path)} scope={scopeOf(step)} />
    </div>
  )
}

function lookupOf(store: JsonObject): string {
  return ['path', 'key', 'connection'].find((name) => Object.hasOwn(store, name)) ?? 'path'
}

function textAt(object: JsonObject, key: string): string {
  const value = object[key]
  return typeof value === 'string' ? value : ''
}

function choicesOf(stores: readonly Store[], from: string) {
  const known = stores.map(({ name, kind, problem }) => ({ value: name, label: name, hint: problem ?? kind }))
  return from === '' || known.some(({ value }) => value === from)
    ? known
    : [...known, { value: from, label: from, hint: 'there is no store of this name' }]
}

function NoStore() {
  return (
    <>
      There is no store yet.{' '}
      <Link to="/stores" className="text-accent-ink underline">
        Add one
      </Link>
      .
    </>
  )
}

interface MappingProps {
  app: FormApp
  fields: JsonObject
  onChange: (name: string, value: string) => void
}

/** Which field of the secret is which credential. */
function Mapping({ app, fields, onChange }: MappingProps) {
  const required = requiredFields(app, new Set(Object.keys(fields)))
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-sm font-medium">Fields of the secret</legend>
      {Object.entries(app.fields).map(([name, { label }]) => (
        <label key={name} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] items-center gap-3">
          <span className="truncate text-sm text-ink-2">
            {label}
            {required.includes(name) ? <span className="ml-1 text-bad-ink">*</span> : null}
          </span>
          <Input
            value={textAt(fields, name)}
            placeholder={name}
            className="font-mono text-xs"
            onChange={(event) => onChange(name, event.target.value)}
          />
        </label>
      ))}
      <p className="text-xs text-ink-3">Left empty, a field is looked for under its own name.</p>
    </fieldset>
  )
}

interface TryProps {
  app: FormApp
  binding: ReturnType<typeof readAt>
  scope: Scope
}

/** Asks the store, with the samples that are known, and says which fields it has: never their values. */
function Try({ app, binding, scope }: TryProps) {
  const attempt = useMutation({
    mutationFn: () =>
      body(
        api.POST('/bindings/try', {
          body: { app: app.app, binding: { store: binding ?? null }, steps: samplesOf(scope) }
        })
      )
  })
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2">
        <Button size="small" busy={attempt.isPending} onClick={() => attempt.mutate()}>
          <FlaskConical className="size-3.5" aria-hidden="true" /> Try it
        </Button>
        <span className="text-xs text-ink-3">Says which fields are found. Shows no values.</span>
      </div>
      {attempt.error === null ? null : <ErrorNotice error={attempt.error} />}
      {attempt.data === undefined ? null : (
        <Notice tone={attempt.data.ok ? 'good' : 'bad'} title={attempt.data.says}>
          <ul className="mt-1 flex flex-col gap-0.5">
            {attempt.data.fields?.map(({ name, found, from }) => (
              <li key={name} className="font-mono text-xs">
                {found ? '✓' : '✗'} {name}
                {from === undefined || from === name ? '' : ` from ${from}`}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  )
}
