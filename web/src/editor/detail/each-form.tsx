import { Plus } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { useEditor } from '../context.tsx'
import { renameItemOf } from '../step-changes.ts'
import type { StepNode } from '../steps.ts'
import { useAdd } from '../add/context.ts'
import { ChoiceAt, NumberAt, textOf } from './bound.tsx'
import { NameField } from './name-field.tsx'
import { ReferenceAt } from './reference-input.tsx'

/** A list, and how it is gone through. */
export function EachForm({ step }: { step: StepNode }) {
  const { edit } = useEditor()
  const ask = useAdd()
  const item = textOf(step.value['as']) || 'item'
  return (
    <>
      <Section title="For every item of">
        <ReferenceAt
          step={step}
          path={[...step.path, 'each']}
          label="List"
          placeholder="{{steps.users.$return_value}}"
          hint="A reference, or an expression that makes a list."
        />
        <NameField
          label="Item"
          name={item}
          problem={(name) =>
            /^[A-Za-z][A-Za-z0-9_]{0,59}$/.test(name) ? undefined : 'Letters, digits and _, beginning with a letter'
          }
          onRename={(name) => edit((now) => renameItemOf(now, step, item, name))}
          hint={
            <>
              How the inner steps refer to it: <code className="font-mono">{`{{${item}.id}}`}</code>. Renaming it
              renames it there, too.
            </>
          }
        />
      </Section>
      <Section title="How">
        <div className="grid grid-cols-2 items-start gap-3">
          <NumberAt path={[...step.path, 'concurrency']} label="Items at a time" placeholder="1" hint="1 to 50" />
          <ChoiceAt
            path={[...step.path, 'on_error']}
            label="When an item fails"
            byDefault="stop"
            choices={[
              { value: 'stop', label: 'The step fails' },
              { value: 'continue', label: 'Count it, and go on' }
            ]}
          />
        </div>
      </Section>
      <Section title="Steps for every item" aside={String(step.steps.length)}>
        <div>
          <Button size="small" onClick={() => ask({ list: [...step.path, 'steps'], index: step.steps.length })}>
            <Plus className="size-3.5" />
            Add a step inside
          </Button>
        </div>
      </Section>
    </>
  )
}
