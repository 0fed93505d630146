import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { runQuery, type Run } from '../../api/runs.ts'
import { queries } from '../../app/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { toast } from '../../ui/toast.tsx'

/** Ends the wait of a run, as a request to its resume URL would. */
export function Resume({ run, onClose }: { run: Run; onClose: () => void }) {
  const [text, setText] = useState('{}')
  const value = jsonOf(text)
  const resume = useMutation({
    mutationFn: () =>
      api.POST('/runs/{id}/resume', { params: { path: { id: run.id } }, body: { value: value?.json ?? null } }),
    onSuccess: async () => {
      toast('The run goes on.')
      await queries.invalidateQueries({ queryKey: runQuery(run.id).queryKey })
      onClose()
    }
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title="Resume this run"
      description="It goes on at once, as if a request had come to its resume URL. The URL works no more after that."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={resume.isPending} disabled={value === undefined} onClick={() => resume.mutate()}>
            Resume the run
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Field
          label="What the request would have brought, as JSON"
          hint="Later steps find it in $resume_data."
          error={value === undefined ? 'This is no JSON.' : undefined}
        >
          {(ids) => (
            <Textarea
              {...ids}
              rows={5}
              className="font-mono text-xs"
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          )}
        </Field>
        {resume.error === null ? null : <ErrorNotice error={resume.error} />}
      </div>
    </Dialog>
  )
}

function jsonOf(text: string): { json: unknown } | undefined {
  try {
    return { json: text.trim() === '' ? null : (JSON.parse(text) as unknown) }
  } catch {
    return undefined
  }
}
