import { MistakeList, Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { toast } from '../../ui/toast.tsx'
import { useAdd } from '../add/context.ts'
import { ownerOf, useChecked } from '../check.ts'
import { useEditor } from '../context.tsx'
import { countReferences } from '../rename.ts'
import { renameStep } from '../step-changes.ts'
import { StepIcon } from '../step-icon.tsx'
import { StepMenu } from '../step-menu.tsx'
import { nameProblem, type StepNode } from '../steps.ts'
import { useStepWords } from '../use-step-words.ts'
import { DurationAt } from './bound.tsx'
import { DetailHead } from './detail-head.tsx'
import { EachForm } from './each-form.tsx'
import { EndIfForm } from './end-if-form.tsx'
import { useNameTyping } from './name-field.tsx'
import { RunForm } from './run-form.tsx'

/** A step and its form. */
export function StepDetail({ step }: { step: StepNode }) {
  const ask = useAdd()
  const { title } = useStepWords(step)
  return (
    <>
      <DetailHead
        icon={<StepIcon step={step} large />}
        name={<StepName key={step.id} step={step} />}
        title={title}
        aside={<StepMenu step={step} onAdd={ask} />}
      />
      <Said step={step} />
      <Body step={step} />
    </>
  )
}

function Body({ step }: { step: StepNode }) {
  switch (step.kind) {
    case 'delay':
      return (
        <Section title="How long the run sleeps">
          <DurationAt
            path={[...step.path, 'delay']}
            label="For"
            required
            hint="It leaves memory meanwhile, and comes back also after a restart. Up to 366d."
          />
        </Section>
      )
    case 'end_if':
      return <EndIfForm step={step} />
    case 'each':
      return <EachForm step={step} />
    case 'use':
    case 'code':
      return <RunForm step={step} />
    case undefined:
      return (
        <div className="p-5">
          <Notice tone="warn" title="This step does not say what it does.">
            Write one of use, code, delay, end_if and each in its YAML, or remove it.
          </Notice>
        </div>
      )
  }
}

/** The step's name: typed over, it is renamed where later steps refer to it, too. */
function StepName({ step }: { step: StepNode }) {
  const { document, edit, select } = useEditor()
  const { error, control } = useNameTyping(
    step.name,
    (name) => nameProblem(document.steps, step, name),
    (name) => {
      const count = countReferences(document.text, step.name)
      edit((now) => renameStep(now, step, name))
      select(name)
      if (count > 0) toast(`Renamed to ${name}, also in ${count === 1 ? 'one reference' : `${count} references`}.`)
    }
  )
  return (
    <>
      <h2 className="sr-only">{step.name}</h2>
      <input
        {...control}
        aria-label="Name of the step"
        aria-invalid={error === undefined ? undefined : true}
        spellCheck={false}
        autoComplete="off"
        className="-mx-1 w-full rounded bg-transparent px-1 text-base font-semibold hover:bg-hover focus:bg-surface aria-invalid:text-bad-ink"
      />
      {error === undefined ? null : (
        <p role="alert" className="text-xs text-bad-ink">
          {error}
        </p>
      )}
    </>
  )
}

/** What the fields of this file's forms say of themselves. */
const FIELDS =
  /^(?:(?:retry|timeout|reveal|delay|end_if|each|as|concurrency|on_error|props)(?:$|[.[])|auth\.\w+(?:\.runtime\.\w+)?$)/

/** What is wrong with the step, where no field of its form says so. */
function Said({ step }: { step: StepNode }) {
  const { document } = useEditor()
  const { mistakes, warnings } = useChecked()
  const own = (all: typeof mistakes) => all.filter((one) => ownerOf(document.steps, one) === step.id).map(shortPath)
  const wrong = own(mistakes).filter(({ path }) => !FIELDS.test(path))
  const doubtful = own(warnings)
  if (wrong.length + doubtful.length === 0) return null
  return (
    <div className="flex flex-col gap-2 px-5 py-4">
      {wrong.length === 0 ? null : (
        <Notice tone="bad">
          <MistakeList mistakes={wrong} />
        </Notice>
      )}
      {doubtful.length === 0 ? null : (
        <Notice tone="warn">
          <MistakeList mistakes={doubtful} />
        </Notice>
      )}
    </div>
  )
}

/** A path as it is within the step. */
function shortPath<T extends { path: string }>(mistake: T): T {
  return { ...mistake, path: mistake.path.replace(/^steps\[\d+\](?:\.steps\[\d+\])?\.?/, '') }
}
