import { Textarea } from '../../ui/field.tsx'
import { Section } from '../../ui/section.tsx'
import { LANGUAGES, languageOf } from '../words.ts'
import type { StepNode } from '../steps.ts'
import { textOf, useAt } from './bound.tsx'

/** The code of a step. */
export function CodeAt({ step }: { step: StepNode }) {
  const { value, set, error } = useAt([...step.path, 'code'])
  return (
    <Section title="Code" aside={LANGUAGES[languageOf(step)]}>
      <Textarea
        aria-label="Code"
        aria-invalid={error === undefined ? undefined : true}
        value={textOf(value)}
        rows={14}
        className="font-mono text-xs"
        onChange={({ target }) => set(target.value)}
      />
      {error === undefined ? null : <p className="text-xs text-bad-ink">{error}</p>}
    </Section>
  )
}
