import { ChevronDown, ChevronUp, FlaskConical, Play, Square } from 'lucide-react'
import { useState } from 'react'
import type { EventSource } from '../api/tests.ts'
import { useEditor } from '../editor/context.tsx'
import { allSteps, findStep } from '../editor/steps.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ErrorNotice } from '../ui/notice.tsx'
import { StatusMark } from '../ui/status.tsx'
import type { Json } from '../values/json.ts'
import { Value } from '../values/value.tsx'
import { EventChooser } from './event-chooser.tsx'
import { nested, runtimeFields } from './runtime-fields.ts'
import { StepResultView } from './step-result.tsx'
import { useTests, type Tests } from './use-tests.ts'

/** Tries the draft: the event, the steps, and what each of them did. Stands below the steps and the form. */
export function TestPanel({ url }: { url?: string | undefined }) {
  const { workflow, document, selected, learn } = useEditor()
  const [open, setOpen] = useState(false)
  const [choosing, setChoosing] = useState(false)
  const [values, setValues] = useState<Record<string, string>>({})
  const [earlier, setEarlier] = useState(false)
  const tests = useTests((name, exports) => learn({ [`steps.${name}`]: { value: exports as Json, from: 'this test' } }))
  const fields = runtimeFields(document.steps)
  const step = findStep(document.steps, selected)
  const draft = { definition: document.text, fields: nested(fields, values) }
  const begin = async (source: EventSource, from: string): Promise<void> => {
    const session = await tests.begin(draft, source)
    if (session === undefined) return
    learn({ 'steps.trigger.event': { value: session.event as Json, from } })
    setEarlier('run' in source)
    setChoosing(false)
  }
  const test = (name: string | undefined): void => {
    setOpen(true)
    void tests.test(draft, name)
  }
  const picking = tests.session === undefined || choosing
  return (
    <section aria-label="Test" className="flex min-h-0 flex-col border-t bg-canvas">
      <header className="flex h-11 shrink-0 items-center gap-2 px-4">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex items-center gap-2 text-sm font-medium"
        >
          <FlaskConical className="size-4 text-ink-3" aria-hidden="true" />
          Test
        </button>
        <Overview tests={tests} names={allSteps(document.steps).map(({ name }) => name)} />
        <span className="flex-1" />
        {tests.running === undefined ? (
          <Starts
            ready={tests.session !== undefined}
            step={step?.name}
            onTest={test}
            onChoose={() => {
              setOpen(true)
              setChoosing(true)
            }}
          />
        ) : (
          <Button size="small" onClick={tests.stop}>
            <Square className="size-3" aria-hidden="true" /> Stop
          </Button>
        )}
        <IconButton label={open ? 'Fold the test panel' : 'Open the test panel'} onClick={() => setOpen(!open)}>
          {open ? <ChevronDown className="size-4" /> : <ChevronUp className="size-4" />}
        </IconButton>
      </header>
      {open ? (
        <div className="grid h-[42vh] min-h-0 grid-cols-1 border-t bg-surface lg:grid-cols-2">
          {/* What is seen next begins at its top. */}
          <div key={String(picking)} className="relative min-h-0 overflow-auto p-4 lg:border-r">
            {picking ? (
              <EventChooser
                workflow={workflow}
                url={url}
                fields={fields}
                values={values}
                onValues={setValues}
                onChoose={begin}
              />
            ) : (
              <ChosenEvent event={tests.session?.event as Json} earlier={earlier} onChange={() => setChoosing(true)} />
            )}
          </div>
          <div className="relative min-h-0 overflow-auto p-4" aria-live="polite">
            {tests.error === undefined ? null : <ErrorNotice error={tests.error} />}
            {tests.progress === undefined ? null : <p className="pb-2 text-sm text-ink-3">{tests.progress}</p>}
            <Outcome tests={tests} step={step?.name} />
          </div>
        </div>
      ) : null}
    </section>
  )
}

interface StartsProps {
  ready: boolean
  step: string | undefined
  onTest: (step: string | undefined) => void
  onChoose: () => void
}

function Starts({ ready, step, onTest, onChoose }: StartsProps) {
  if (!ready)
    return (
      <Button size="small" onClick={onChoose}>
        Choose an event
      </Button>
    )
  return (
    <>
      {step === undefined ? null : (
        <Button size="small" onClick={() => onTest(step)}>
          <Play className="size-3" aria-hidden="true" /> Test {step}
        </Button>
      )}
      <Button size="small" onClick={() => onTest(undefined)}>
        <Play className="size-3" aria-hidden="true" /> Test all steps
      </Button>
    </>
  )
}

/** How each tested step went, in one line. */
function Overview({ tests, names }: { tests: Tests; names: readonly string[] }) {
  const tested = names.filter((name) => tests.results.has(name))
  return (
    <ul className="ml-2 flex min-w-0 gap-3 overflow-hidden" aria-label="Tested steps">
      {tested.map((name) => (
        <li key={name} className="flex items-center gap-1.5 text-xs text-ink-2">
          <StatusMark status={tests.results.get(name)?.step?.status ?? 'running'} word={false} />
          {name}
        </li>
      ))}
    </ul>
  )
}

interface ChosenEventProps {
  event: Json
  /** Whether it is a run's, whose secrets are gone. */
  earlier: boolean
  onChange: () => void
}

function ChosenEvent({ event, earlier, onChange }: ChosenEventProps) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center justify-between">
        <h3 className="text-sm font-medium">Event</h3>
        <Button look="quiet" size="small" onClick={onChange}>
          Another event
        </Button>
      </div>
      {earlier ? (
        <p className="text-xs text-brass-ink">
          The secrets of an earlier run are gone with it: where they were, null stands. Give test values for them.
        </p>
      ) : null}
      <Value value={event} label="the event" path="steps.trigger.event" className="max-h-[30vh]" />
    </div>
  )
}

function Outcome({ tests, step }: { tests: Tests; step: string | undefined }) {
  const result = step === undefined ? undefined : tests.results.get(step)
  if (step !== undefined && result !== undefined) return <StepResultView key={step} name={step} result={result} />
  const hint =
    step === undefined
      ? 'Select a step to see what it did, or test it.'
      : tests.session === undefined
        ? 'Choose an event first. A test runs the draft as it is now, for real: what its steps send, arrives.'
        : `${step} is not tested yet.`
  return tests.error === undefined ? <p className="py-2 text-sm text-ink-3">{hint}</p> : null
}
