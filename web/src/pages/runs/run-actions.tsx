import { useMutation } from '@tanstack/react-query'
import { Ban } from 'lucide-react'
import { api } from '../../api/client.ts'
import { isUnfinished, runQuery, type Run } from '../../api/runs.ts'
import { queries } from '../../app/queries.ts'
import { Button } from '../../ui/button.tsx'
import { toast, toastError } from '../../ui/toast.tsx'

/** What can be done with a run. */
export function RunActions({ run }: { run: Run }) {
  const cancel = useMutation({
    mutationFn: () => api.POST('/runs/{id}/cancel', { params: { path: { id: run.id } } }),
    onSuccess: async () => {
      toast('The run is cancelled.')
      await queries.invalidateQueries({ queryKey: runQuery(run.id).queryKey })
    },
    onError: toastError
  })
  return (
    <div className="flex gap-2">
      {isUnfinished(run.status) ? (
        <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
          <Ban className="size-3.5" aria-hidden="true" /> Cancel
        </Button>
      ) : null}
    </div>
  )
}
