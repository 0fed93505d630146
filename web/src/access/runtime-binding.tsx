import { Lock, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Mistake } from '../api/client.ts'
import { mistakesAt, useChecked } from '../editor/check.ts'
import { useEditor } from '../editor/context.tsx'
import { setAt } from '../editor/document.ts'
import type { Path } from '../editor/path.ts'
import type { FormApp } from '../editor/step-form.ts'
import type { StepNode } from '../editor/steps.ts'
import { wordsOf } from '../forms/prop-field.tsx'
import { ReferenceField } from '../forms/reference-field.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Markdown } from '../ui/markdown.tsx'
import { Select } from '../ui/select.tsx'
import { chosenSet, requiredFields } from './binding.ts'

interface RuntimeBindingProps {
  step: StepNode
  prop: string
  app: FormApp
  /** As they are written; empty where nothing is yet. */
  fields: Readonly<Record<string, string>>
}

/** Every credential field of an app, each with the reference that leads to its value at run time. */
export function RuntimeBinding({ step, prop, app, fields }: RuntimeBindingProps) {
  const { edit, scopeOf } = useEditor()
  const { mistakes } = useChecked()
  const path = [...step.path, 'auth', prop, 'runtime']
  const given = new Set(Object.keys(fields))
  const required = requiredFields(app, given)
  const shown = Object.keys(app.fields).filter((name) => required.includes(name) || given.has(name))
  const more = Object.keys(app.fields).filter((name) => !shown.includes(name) && canBeAdded(app, name))
  const set = (name: string, value: string | undefined, of?: string) =>
    edit((now) => setAt(now, [...path, name], value), of)
  return (
    <div className="flex flex-col gap-4 border-l-2 border-brass pl-4">
      <Sets app={app} given={given} onChoose={(names) => edit((now) => setAt(now, path, emptyOf(names)))} />
      {shown.map((name) => (
        <Field
          key={name}
          required={required.includes(name)}
          label={
            <span className="inline-flex items-center gap-1.5">
              {app.fields[name]?.secret === false ? null : (
                <Lock className="size-3 text-brass-ink" aria-label="secret" />
              )}
              {app.fields[name]?.label ?? name}
            </span>
          }
          error={errorAt(mistakes, [...path, name])}
          hint={<FieldHint app={app} name={name} />}
        >
          {(ids) => (
            <ReferenceField
              ids={ids}
              only={app.fields[name]?.secret !== false}
              value={fields[name] ?? ''}
              scope={scopeOf(step)}
              placeholder="Paste or pick the path of the value"
              onChange={(value) => set(name, value, `${path.join('.')}.${name}`)}
            />
          )}
        </Field>
      ))}
      {more.length === 0 ? null : (
        <div className="flex flex-wrap gap-1">
          {more.map((name) => (
            <Button key={name} look="quiet" size="small" onClick={() => set(name, '')}>
              <Plus className="size-3" aria-hidden="true" /> {app.fields[name]?.label ?? name}
            </Button>
          ))}
        </div>
      )}
    </div>
  )
}

function errorAt(mistakes: readonly Mistake[], path: Path): ReactNode {
  const own = mistakesAt(mistakes, path)
  return own.length === 0 ? undefined : <Markdown text={own.map(wordsOf).join('\n\n')} />
}

function emptyOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, '']))
}

/** A field of another set than the chosen one would contradict it. */
function canBeAdded(app: FormApp, name: string): boolean {
  return !(app.one_of ?? []).some((set) => set.includes(name))
}

function FieldHint({ app, name }: { app: FormApp; name: string }) {
  const description = app.fields[name]?.description
  return (
    <>
      {description === undefined ? null : <Markdown text={description} />}
      <span className="font-mono text-[0.6875rem]">{name}</span>
    </>
  )
}

interface SetsProps {
  app: FormApp
  given: ReadonlySet<string>
  onChoose: (names: readonly string[]) => void
}

/** Which of the ways to sign in that exclude each other. */
function Sets({ app, given, onChoose }: SetsProps) {
  const sets = app.one_of ?? []
  if (sets.length < 2) return null
  const words = (set: readonly string[]) => set.map((name) => app.fields[name]?.label ?? name).join(' and ')
  const chosen = sets.findIndex((set) => set === chosenSet(sets, given))
  return (
    <Field label="Signs in with">
      {(ids) => (
        <Select
          {...ids}
          value={String(chosen)}
          onChange={(index) => onChoose(sets[Number(index)] ?? [])}
          choices={sets.map((set, index) => ({ value: String(index), label: words(set) }))}
        />
      )}
    </Field>
  )
}
