import { isObject, type Json } from '../../values/json.ts'
import { Field, Input, Textarea } from '../../ui/field.tsx'
import { Radios } from '../../ui/radio.tsx'
import { Section } from '../../ui/section.tsx'
import { NumberAt, textOf, useAt } from './bound.tsx'
import { PairsAt } from './pairs.tsx'

type Way = 'immediate' | 'last_step' | 'static' | 'custom'

/** What the caller gets, and when. */
export function RespondForm() {
  const { value, set } = useAt(['trigger', 'respond'])
  const way = wayOf(value)
  return (
    <Section title="What the caller gets">
      <Radios<Way>
        label="What the caller gets"
        value={way}
        onChange={(next) => {
          if (next === way) return
          set(next === 'immediate' ? undefined : next === 'static' ? { static: { status: 200 } } : next)
        }}
        choices={[
          { value: 'immediate', label: 'At once: the run’s id', hint: '200, as soon as the run is safe on disk.' },
          {
            value: 'last_step',
            label: 'When it has ended: what the last step returned',
            hint: '202 with the run’s id if it sleeps for more than 5 s or takes more than a minute.'
          },
          { value: 'static', label: 'At once: the same answer for everybody' },
          {
            value: 'custom',
            label: 'What a step says',
            hint: (
              <>
                With <code className="font-mono">$.respond</code> in a code step; a run that never does answers 500.
              </>
            )
          }
        ]}
      />
      {way === 'static' ? <StaticAnswer /> : null}
    </Section>
  )
}

function wayOf(value: Json | undefined): Way {
  if (isObject(value)) return 'static'
  return value === 'last_step' || value === 'static' || value === 'custom' ? value : 'immediate'
}

function StaticAnswer() {
  const path = ['trigger', 'respond', 'static']
  return (
    <div className="flex flex-col gap-4 border-l-2 pl-4">
      <NumberAt path={[...path, 'status']} label="Status" placeholder="200" />
      <div className="flex flex-col gap-1.5">
        <h4 className="text-sm font-medium">Headers</h4>
        <PairsAt path={[...path, 'headers']} of="header" keyPlaceholder="x-name">
          {(value, set, label) => (
            <Input
              aria-label={`Value of ${label}`}
              value={textOf(value)}
              onChange={({ target }) => set(target.value)}
            />
          )}
        </PairsAt>
      </div>
      <AnswerBody path={[...path, 'body']} />
    </div>
  )
}

/** Text goes as it is; what reads as JSON is written as data. */
function AnswerBody({ path }: { path: readonly string[] }) {
  const { value, set, error } = useAt(path)
  return (
    <Field label="Body" hint="JSON goes as JSON; anything else is text." error={error}>
      {(ids) => (
        <Textarea
          {...ids}
          key={String(value === undefined)}
          defaultValue={typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value, null, 2)}
          rows={4}
          className="font-mono text-xs"
          onChange={({ target }) => set(bodyOf(target.value))}
        />
      )}
    </Field>
  )
}

function bodyOf(text: string): Json | undefined {
  if (text.trim() === '') return undefined
  try {
    const data = JSON.parse(text) as Json
    return typeof data === 'object' && data !== null ? data : text
  } catch {
    return text
  }
}
