import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { StepAccess } from '../../access/step-access.tsx'
import { PropForm } from '../../forms/prop-form.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { isObject } from '../../values/json.ts'
import { useChecked } from '../check.ts'
import { useEditor } from '../context.tsx'
import { setAt } from '../document.ts'
import { formProgress, type StepForm } from '../step-form.ts'
import type { StepNode } from '../steps.ts'
import { CodeAt } from './code-at.tsx'
import { StepSettings } from './step-settings.tsx'

/** What runs something: its code, whose credentials it uses, its inputs, and how it is run. */
export function RunForm({ step }: { step: StepNode }) {
  const { form } = useEditor()
  const { data, error } = useQuery(form(step))
  const progress = useQuery(formProgress(step)).data
  return (
    <>
      {step.kind === 'code' ? <CodeAt step={step} /> : null}
      {error === null ? null : (
        <div className="p-5">
          <ErrorNotice error={error} />
        </div>
      )}
      {data === undefined ? (
        error === null ? (
          <Describing text={progress} fields={step.kind === 'use' ? 3 : 0} />
        ) : null
      ) : (
        <Inputs step={step} form={data} />
      )}
      <StepSettings step={step} />
    </>
  )
}

function Inputs({ step, form }: { step: StepNode; form: StepForm }) {
  const { document, edit, scopeOf } = useEditor()
  const { mistakes } = useChecked()
  const draft = useMemo(() => ({ definition: document.text, step: step.name }), [document.text, step.name])
  const values = isObject(step.value['props']) ? step.value['props'] : {}
  const asks = form.props.length > 0 || form.additional_props || Object.keys(values).length > 0
  return (
    <>
      <StepAccess step={step} />
      {asks ? (
        <Section title="Inputs">
          {form.description === '' ? null : <Markdown text={form.description} className="text-xs text-ink-3" />}
          <PropForm
            form={form}
            values={values}
            onChange={(name, value) => {
              const path = [...step.path, 'props', name]
              edit((now) => setAt(now, path, value), path.join('.'))
            }}
            scope={scopeOf(step)}
            path={step.path}
            mistakes={mistakes}
            draft={draft}
          />
        </Section>
      ) : null}
    </>
  )
}

/** @param fields how many are likely: code most often asks for nothing */
function Describing({ text, fields }: { text: string | undefined; fields: number }) {
  return (
    <div role="status" className="flex flex-col gap-4 p-5">
      {text === undefined && fields > 0 ? null : (
        <p className="flex items-center gap-2 text-sm text-ink-3">
          <Spinner />
          <span className="block first-letter:uppercase">{text ?? 'Looking at what the code asks for'}</span>
        </p>
      )}
      <span className="sr-only">The form is being made.</span>
      {Array.from({ length: fields }, (_, line) => (
        <div key={line} className="flex flex-col gap-2">
          <Skeleton className="h-3.5 w-28" />
          <Skeleton className="h-8 w-full" />
        </div>
      ))}
    </div>
  )
}
