import { useEditor } from '../context.tsx'
import { Empty } from '../../ui/empty.tsx'
import { MousePointerClick } from 'lucide-react'
import { findStep } from '../steps.ts'
import { StepDetail } from './step-detail.tsx'
import { TriggerForm } from './trigger-form.tsx'
import { WorkflowSettings } from './workflow-settings.tsx'

/** The form of what is selected. */
export function Detail() {
  const { document, selected } = useEditor()
  if (document.definition === undefined) return null
  if (selected === 'trigger') return <TriggerForm />
  if (selected === 'settings') return <WorkflowSettings />
  const step = findStep(document.steps, selected)
  if (step !== undefined) return <StepDetail step={step} />
  return (
    <Empty icon={<MousePointerClick />} title={`There is no step ${selected}`}>
      It may have been renamed or removed. Choose another at the left.
    </Empty>
  )
}
