import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import { useId } from 'react'
import { api, body } from '../../api/client.ts'
import { isObject } from '../../values/json.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Radios } from '../../ui/radio.tsx'
import { Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { useEditor } from '../context.tsx'
import { readAt, setAt } from '../document.ts'
import { useDraft } from '../draft/context.tsx'
import { ChoiceAt, DurationAt, TextAt, textOf, useAt } from './bound.tsx'

type When = 'every' | 'cron'
const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')]

/** When a schedule fires. */
export function ScheduleForm() {
  const { document, edit } = useEditor()
  const trigger = readAt(document, ['trigger'])
  const when: When = isObject(trigger) && trigger['cron'] !== undefined ? 'cron' : 'every'
  function become(next: When) {
    if (next === when || !isObject(trigger)) return
    const { cron: _cron, every: _every, ...rest } = trigger
    edit((now) =>
      setAt(now, ['trigger'], { ...rest, ...(next === 'cron' ? { cron: '0 9 * * 1-5' } : { every: '15m' }) })
    )
  }
  return (
    <>
      <Section title="When">
        <Radios<When>
          label="When"
          value={when}
          onChange={become}
          choices={[
            {
              value: 'every',
              label: 'Every so often',
              hint: 'Counted from midnight UTC: 15m is :00, :15, :30 and :45.'
            },
            { value: 'cron', label: 'At the times of a cron expression' }
          ]}
        />
        {when === 'every' ? (
          <DurationAt
            path={['trigger', 'every']}
            label="Every"
            hint="A whole number of seconds or more: 30s, 15m, 1h, 1d."
          />
        ) : (
          <>
            <TextAt
              path={['trigger', 'cron']}
              label="Cron expression"
              mono
              hint="Minute, hour, day of the month, month, day of the week; with the second in front if there are six."
            />
            <Zone />
          </>
        )}
      </Section>
      <Section title="When the server was down">
        <ChoiceAt
          path={['trigger', 'missed']}
          label="Times that were missed"
          byDefault="run_once"
          choices={[
            { value: 'run_once', label: 'Run the latest of them, once' },
            { value: 'skip', label: 'Run none of them' }
          ]}
        />
      </Section>
      <Next />
    </>
  )
}

function Zone() {
  const { value, set, error } = useAt(['trigger', 'timezone'])
  const list = useId()
  return (
    <Field label="Time zone" error={error}>
      {(ids) => (
        <>
          <Input
            {...ids}
            list={list}
            value={textOf(value)}
            placeholder="UTC"
            onChange={({ target }) => set(target.value === '' ? undefined : target.value)}
          />
          <datalist id={list}>
            {ZONES.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

/** When the deployed version fires next, and a run now. */
function Next() {
  const { workflow } = useEditor()
  const { draft, deployed } = useDraft()
  const run = useMutation({
    mutationFn: () => body(api.POST('/workflows/{name}/run', { params: { path: { name: workflow } } }))
  })
  const trigger = draft.triggers.find((one) => one.type === 'schedule')
  if (deployed === undefined || trigger === undefined) return null
  return (
    <Section title="The deployed version">
      <div className="flex items-center gap-3 text-sm text-ink-2">
        <span className="flex-1">
          {trigger.next === null ? (
            'Is switched off, and does not fire.'
          ) : (
            <>
              Fires next <Time at={trigger.next} />.
            </>
          )}
        </span>
        <Button size="small" busy={run.isPending} onClick={() => run.mutate()}>
          <Play className="size-3" />
          Run it now
        </Button>
      </div>
      {run.error === null ? null : <ErrorNotice error={run.error} />}
      {run.data === undefined ? null : (
        <p className="text-sm">
          A run has begun:{' '}
          <Link to="/runs/$id" params={{ id: run.data.run }} className="text-accent-ink underline">
            see it
          </Link>
          .
        </p>
      )}
    </Section>
  )
}
