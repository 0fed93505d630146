import { useMutation } from '@tanstack/react-query'
import { Ban, RotateCcw, StepForward } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { isUnfinished, runQuery, type Run } from '../../api/runs.ts'
import { queries } from '../../app/queries.ts'
import { Button } from '../../ui/button.tsx'
import { toast, toastError } from '../../ui/toast.tsx'
import { Replay } from './replay.tsx'
import { Resume } from './resume.tsx'

/** What can be done with a run. */
export function RunActions({ run }: { run: Run }) {
  const [asking, setAsking] = useState<'replay' | 'resume'>()
  const cancel = useMutation({
    mutationFn: () => api.POST('/runs/{id}/cancel', { params: { path: { id: run.id } } }),
    onSuccess: async () => {
      toast('The run is cancelled.')
      await queries.invalidateQueries({ queryKey: runQuery(run.id).queryKey })
    },
    onError: toastError
  })
  const close = (): void => setAsking(undefined)
  return (
    <div className="flex gap-2">
      {run.resumable ? (
        <Button onClick={() => setAsking('resume')}>
          <StepForward className="size-3.5" aria-hidden="true" /> Resume…
        </Button>
      ) : null}
      {isUnfinished(run.status) ? (
        <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
          <Ban className="size-3.5" aria-hidden="true" /> Cancel
        </Button>
      ) : (
        <Button onClick={() => setAsking('replay')}>
          <RotateCcw className="size-3.5" aria-hidden="true" /> Replay…
        </Button>
      )}
      {asking === 'replay' ? <Replay run={run} onClose={close} /> : null}
      {asking === 'resume' ? <Resume run={run} onClose={close} /> : null}
    </div>
  )
}
