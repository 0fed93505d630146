/**
 * The form of a step, made of what its action says of its props. What is optional waits behind a button where there is much of it;
 * fields that depend on others are asked for when those are filled in.
 */
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Mistake } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { Combobox } from '../ui/combobox.tsx'
import { Markdown } from '../ui/markdown.tsx'
import { ErrorNotice, Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import type { Json, JsonObject } from '../values/json.ts'
import { parsePath, type Key } from '../values/paths.ts'
import type { Scope } from '../values/scope.ts'
import { OfferCredentials } from './offer-credentials.tsx'
import { PropField, wordsOf } from './prop-field.tsx'
import { isPassive, isTemplate, mergedProps, shownProps, textOf } from './prop-value.ts'
import { furtherQuery, type DraftStep, type PropForm as Prop, type StepForm } from './step-offers.ts'

interface PropFormProps {
  form: StepForm
  /** What the definition says under the step's `props`. */
  values: JsonObject
  /** Undefined takes a prop out of the definition. */
  onChange: (name: string, value: Json | undefined) => void
  scope: Scope
  /** Where the step stands in the definition: `['steps', 2]`. */
  path: readonly Key[]
  /** Those of the whole definition; each is shown at its field. */
  mistakes: readonly Mistake[]
  /** What choices and further fields are asked for with. */
  draft: DraftStep
}

export function PropForm(props: PropFormProps) {
  return (
    <OfferCredentials form={props.form} draft={props.draft}>
      {(draft) => <Fields {...props} draft={draft} />}
    </OfferCredentials>
  )
}

function Fields({ form, values, onChange, scope, path, mistakes, draft }: PropFormProps) {
  const [added, setAdded] = useState<ReadonlySet<string>>(new Set())
  const { props, further } = useProps(form, values, draft)
  const { shown, folded } = shownProps(props, values, added)
  const byProp = useMemo(() => mistakesByProp(mistakes, path), [mistakes, path])
  const known = new Set([...props.map(({ name }) => name), ...Object.keys(form.apps)])
  const unknown = further.isLoading ? [] : Object.keys(values).filter((name) => !known.has(name))
  const undecided = props.filter(({ name, reload }) => reload && isTemplate(values[name]))

  const remove = (name: string): void => {
    onChange(name, undefined)
    setAdded(new Set([...added].filter((one) => one !== name)))
  }
  return (
    <div className="flex flex-col gap-5">
      {shown.map((prop) => (
        <PropField
          key={prop.name}
          prop={prop}
          value={values[prop.name]}
          onChange={(value) => onChange(prop.name, value)}
          {...{ scope, draft, values }}
          mistakes={byProp.get(prop.name) ?? []}
          {...(prop.optional && (added.has(prop.name) || Object.hasOwn(values, prop.name))
            ? { onRemove: () => remove(prop.name) }
            : {})}
        />
      ))}
      {form.additional_props && undecided.length > 0 ? (
        <Notice>
          More fields depend on {undecided.map(({ label, name }) => label ?? name).join(' and ')}. They can be shown
          when a value is chosen there, not a reference.
        </Notice>
      ) : null}
      {further.isLoading ? <Loading /> : null}
      {further.error === null ? null : <ErrorNotice error={further.error} />}
      {unknown.map((name) => (
        <Unknown
          key={name}
          name={name}
          value={values[name] ?? null}
          mistakes={byProp.get(name) ?? []}
          open={form.additional_props}
          onRemove={() => onChange(name, undefined)}
        />
      ))}
      {folded.length === 0 ? null : <AddField folded={folded} onAdd={(name) => setAdded(new Set([...added, name]))} />}
      {props.every(isPassive) && unknown.length === 0 && !further.isLoading ? (
        <p className="text-sm text-ink-3">There is nothing to fill in.</p>
      ) : null}
    </div>
  )
}

/** The form's props with those that depend on what is filled in. */
function useProps(form: StepForm, values: JsonObject, draft: DraftStep) {
  // Further props may say that others depend on them in turn, so what is known of the last answer counts.
  const [last, setLast] = useState<{ form: StepForm; further: readonly Prop[] }>({ form, further: [] })
  const known = mergedProps(form.props, last.form === form ? last.further : [])
  const further = useQuery(furtherQuery(draft, form, values, known))
  if (further.data !== undefined && (further.data !== last.further || last.form !== form)) {
    setLast({ form, further: further.data })
  }
  return { props: mergedProps(form.props, further.data ?? []), further }
}

/** Mistakes by the prop that they are in; those of the props as a whole are shown by whoever shows all. */
function mistakesByProp(mistakes: readonly Mistake[], path: readonly Key[]): ReadonlyMap<string, Mistake[]> {
  const byProp = new Map<string, Mistake[]>()
  const start = [...path, 'props']
  for (const mistake of mistakes) {
    const keys = parsePath(mistake.path)
    const name = keys?.[start.length]
    if (keys === undefined || name === undefined || !start.every((key, index) => keys[index] === key)) continue
    byProp.set(String(name), [...(byProp.get(String(name)) ?? []), mistake])
  }
  return byProp
}

function Loading() {
  return (
    <div role="status" aria-label="Loading the fields that depend on these" className="flex flex-col gap-1.5">
      <Skeleton className="h-4 w-28" />
      <Skeleton className="h-8 w-full" />
    </div>
  )
}

function AddField({ folded, onAdd }: { folded: readonly Prop[]; onAdd: (name: string) => void }) {
  return (
    <Combobox
      aria-label={`Add optional field (${folded.length})`}
      chosen={[]}
      shown={
        <span className="flex items-center gap-1.5 text-ink-2">
          <Plus className="size-3.5" aria-hidden="true" /> Add optional field
          <span className="text-ink-3">({folded.length})</span>
        </span>
      }
      choices={folded.map(({ name, label, description }) => ({
        value: name,
        label: label ?? name,
        ...(description === undefined ? {} : { hint: firstLine(description) })
      }))}
      onChoose={onAdd}
    />
  )
}

/** The first sentence or so, without the marks of Markdown. */
function firstLine(markdown: string): string {
  const [line = ''] = markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`]/g, '')
    .split('\n')
  return line.length > 120 ? `${line.slice(0, 120)}…` : line
}

interface UnknownProps {
  name: string
  value: Json
  mistakes: readonly Mistake[]
  /** Whether there may be props that nobody has said. */
  open: boolean
  onRemove: () => void
}

/** Something in the definition that the action does not ask for. */
function Unknown({ name, value, mistakes, open, onRemove }: UnknownProps) {
  return (
    <div className="flex flex-col gap-1.5 rounded-md border border-dashed p-2.5">
      <div className="flex items-center gap-2">
        <code className="flex-1 truncate font-mono text-xs">{name}</code>
        <span className="text-xs text-ink-3">{open ? 'No field for it now' : 'Not a field of this action'}</span>
        <Button size="small" onClick={onRemove}>
          Remove
        </Button>
      </div>
      <pre className="max-h-24 overflow-auto font-mono text-xs whitespace-pre-wrap text-ink-2">{textOf(value)}</pre>
      {mistakes.map((mistake) => (
        <div key={mistake.message} role="alert" className="text-xs text-bad-ink">
          <Markdown text={wordsOf(mistake)} />
        </div>
      ))}
    </div>
  )
}
