import { useQuery } from '@tanstack/react-query'
import { useEditor } from '../editor/context.tsx'
import type { StepNode } from '../editor/steps.ts'
import { AppAccess } from './app-access.tsx'

/** Whose credentials a step uses: one selector for each app of its form. */
export function StepAccess({ step }: { step: StepNode }) {
  const { form } = useEditor()
  const { data } = useQuery(form(step))
  const apps = Object.entries(data?.apps ?? {})
  if (apps.length === 0) return null
  return (
    <section aria-label="Accounts" className="flex flex-col gap-6 border-t px-5 py-4 [header+&]:border-t-0">
      {apps.map(([prop, app]) => (
        <AppAccess key={prop} step={step} prop={prop} app={app} />
      ))}
    </section>
  )
}
