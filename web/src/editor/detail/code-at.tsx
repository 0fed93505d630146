import { lazy, Suspense } from 'react'
import { Section } from '../../ui/section.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useEditor } from '../context.tsx'
import { LANGUAGES, languageOf } from '../words.ts'
import type { StepNode } from '../steps.ts'
import { textOf, useAt } from './bound.tsx'

/** With its languages it is larger than the rest of the editor, and most workflows have no code. */
const CodeEditor = lazy(async () => ({ default: (await import('../../forms/code-editor.tsx')).CodeEditor }))

/** The code of a step. */
export function CodeAt({ step }: { step: StepNode }) {
  const { scopeOf } = useEditor()
  const { value, set, error } = useAt([...step.path, 'code'])
  const language = languageOf(step)
  return (
    <Section title="Code" aside={LANGUAGES[language]}>
      <Suspense fallback={<Skeleton className="h-[25.25rem] w-full" />}>
        <CodeEditor
          key={step.id}
          label="Code"
          language={language}
          value={textOf(value)}
          onChange={set}
          scope={scopeOf(step)}
        />
      </Suspense>
      {error === undefined ? null : (
        <p role="alert" className="text-xs text-bad-ink">
          {error}
        </p>
      )}
    </Section>
  )
}
