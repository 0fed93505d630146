import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import { useState } from 'react'
import { api, body, type Schemas } from '../../api/client.ts'
import type { Run } from '../../api/runs.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, SecretInput } from '../../ui/field.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Select } from '../../ui/select.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'

type Offer = Schemas['ReplayOffer']
const START = 'from the start'

/**
 * Runs it again, from the start or from one of its steps. Its credentials are gone, and so they are asked for: they are in this
 * form while it is open, go to the server once, and are kept nowhere.
 */
export function Replay({ run, onClose }: { run: Run; onClose: () => void }) {
  const failed = run.failed_step !== undefined && run.steps.some(({ name }) => name === run.failed_step)
  const [from, setFrom] = useState(failed ? run.failed_step : START)
  const [values, setValues] = useState<Record<string, string>>({})
  const navigate = useNavigate()
  const fromStep = from === START || from === undefined ? {} : { from_step: from }
  const offer = useQuery({
    queryKey: ['replay', run.id, from],
    queryFn: () => body(api.GET('/runs/{id}/replay', { params: { path: { id: run.id }, query: fromStep } })),
    retry: false,
    gcTime: 0
  })
  const start = useMutation({
    mutationFn: () =>
      body(
        api.POST('/runs/{id}/replay', {
          params: { path: { id: run.id } },
          body: { ...fromStep, credentials: given(values) }
        })
      ),
    onSuccess: ({ run: id }) => {
      onClose()
      return navigate({ to: '/runs/$id', params: { id } })
    }
  })
  const missing = offer.data?.credentials.some(({ required, path }) => required && (values[path] ?? '') === '') ?? true
  return (
    <Dialog
      open
      width="medium"
      onOpenChange={(open) => open || onClose()}
      title="Replay this run"
      description="A new run with the same event. The credentials of the first one are gone with it, so they are asked for again."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={start.isPending} disabled={missing} onClick={() => start.mutate()}>
            Replay
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Begin">
          {(ids) => <Select {...ids} value={from} onChange={setFrom} choices={beginnings(run)} />}
        </Field>
        {offer.error === null ? null : <ErrorNotice error={offer.error} />}
        {offer.isPending ? <Skeleton className="h-16 w-full" /> : null}
        {offer.data === undefined ? null : <What offer={offer.data} />}
        {offer.data?.credentials.map(({ path, app, field, required, steps }) => (
          <Field
            key={path}
            required={required}
            label={
              <span className="inline-flex items-center gap-1.5">
                <Lock className="size-3 text-brass-ink" aria-hidden="true" />
                {app}.{field}
              </span>
            }
            hint={
              <>
                <code className="font-mono">{path}</code>
                {steps.length === 0 ? '' : ` · for ${steps.join(', ')}`}
              </>
            }
          >
            {(ids) => (
              <SecretInput
                {...ids}
                value={values[path] ?? ''}
                onChange={({ target }) => setValues({ ...values, [path]: target.value })}
              />
            )}
          </Field>
        ))}
        {start.error === null ? null : <ErrorNotice error={start.error} />}
      </div>
    </Dialog>
  )
}

function beginnings(run: Run) {
  const steps = run.steps.filter(({ lane }) => lane === '').map(({ name }) => ({ value: name, label: `at ${name}` }))
  return [{ value: START, label: START }, ...steps]
}

function given(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}

function What({ offer: { taken, runs, again, version } }: { offer: Offer }) {
  return (
    <Notice>
      {taken.length === 0 ? null : <p>Taken over as they were: {taken.join(', ')}.</p>}
      <p>
        Version {version} runs: {runs.join(', ')}.
      </p>
      {again.length === 0 ? null : (
        <p>
          Also again, because the secrets that {again.length === 1 ? 'it' : 'they'} fetched are gone: {again.join(', ')}
          .
        </p>
      )}
    </Notice>
  )
}
