import { useQuery } from '@tanstack/react-query'
import { CircleOff } from 'lucide-react'
import { api, body } from '../../api/client.ts'
import type { Run, Step } from '../../api/runs.ts'
import { openDocument } from '../../editor/document.ts'
import { allSteps } from '../../editor/steps.ts'
import { Empty } from '../../ui/empty.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { fill } from '../../values/fill.ts'
import type { Json } from '../../values/json.ts'
import type { Scope } from '../../values/scope.ts'
import { Value } from '../../values/value.tsx'

/**
 * What a step was given: the props of its version, with what their references led to in this run. Made of what is kept, so that a
 * run writes nothing twice; what an expression came to is not known here.
 */
export function Input({ run, step }: { run: Run; step: Step }) {
  const { workflow, version } = run
  const known = workflow !== null && version !== null
  const { data, error } = useQuery({
    queryKey: ['version', workflow, version],
    queryFn: () =>
      body(
        api.GET('/workflows/{name}/versions/{version}', {
          params: { path: { name: workflow ?? '', version: version ?? 0 } }
        })
      ),
    enabled: known,
    staleTime: Infinity
  })
  if (!known)
    return (
      <Empty icon={<CircleOff />} title="What it was given is not known">
        Its workflow was deleted, and with it what its steps say.
      </Empty>
    )
  if (error !== null) return <ErrorNotice error={error} />
  if (data === undefined) return <Skeleton className="my-4 h-24 w-full" />
  const written = allSteps(openDocument(data.text).steps).find(({ name }) => name === step.name)
  if (written === undefined) return <p className="py-6 text-sm text-ink-3">Its version says nothing of this step.</p>
  const { name: _name, code: _code, steps: _steps, ...given } = written.value
  return (
    <div className="pt-4">
      <Value value={fill(given, scopeOf(run))} label={`what ${step.name} was given`} className="max-h-[55vh]" />
    </div>
  )
}

/** What references of this run lead to. */
function scopeOf(run: Run): Scope {
  return [
    ...(run.event === undefined ? [] : [{ path: 'steps.trigger.event', label: 'event', sample: run.event as Json }]),
    ...run.steps.flatMap(({ name, lane, exports }) =>
      lane === '' && exports !== undefined ? [{ path: `steps.${name}`, label: name, sample: exports as Json }] : []
    )
  ]
}
