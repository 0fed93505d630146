import { CalendarClock, Webhook } from 'lucide-react'
import { isObject } from '../../values/json.ts'
import { Radios } from '../../ui/radio.tsx'
import { Section } from '../../ui/section.tsx'
import { useEditor } from '../context.tsx'
import { readAt, setAt } from '../document.ts'
import { TriggerIcon } from '../step-icon.tsx'
import { triggerWords } from '../words.ts'
import { CallersForm } from './callers-form.tsx'
import { DetailHead } from './detail-head.tsx'
import { Endpoint } from './endpoint.tsx'
import { RespondForm } from './respond-form.tsx'
import { ScheduleForm } from './schedule-form.tsx'

type Type = 'http' | 'schedule'

/** What starts a run. */
export function TriggerForm() {
  const { document, edit } = useEditor()
  const written = readAt(document, ['trigger'])
  const trigger = isObject(written) ? written : {}
  const type = trigger['type'] === 'schedule' ? 'schedule' : trigger['type'] === 'http' ? 'http' : undefined
  function become(next: Type) {
    if (next === type) return
    edit((now) => setAt(now, ['trigger'], next === 'http' ? { type: 'http' } : { type: 'schedule', every: '15m' }))
  }
  return (
    <>
      <DetailHead icon={<TriggerIcon trigger={trigger} large />} name="trigger" title={triggerWords(trigger).title} />
      <Section title="What starts a run">
        <Radios<Type>
          label="What starts a run"
          value={type}
          onChange={become}
          choices={[
            {
              value: 'http',
              label: <Labelled icon={<Webhook className="size-3.5" />}>An HTTP request</Labelled>,
              hint: 'To an address of its own, with any method.'
            },
            {
              value: 'schedule',
              label: <Labelled icon={<CalendarClock className="size-3.5" />}>A schedule</Labelled>,
              hint: 'Every so often, or at the times of a cron expression.'
            }
          ]}
        />
      </Section>
      {type === 'http' ? (
        <>
          <Endpoint />
          <CallersForm />
          <RespondForm />
        </>
      ) : null}
      {type === 'schedule' ? <ScheduleForm /> : null}
    </>
  )
}

function Labelled({ icon, children }: { icon: React.ReactNode; children: React.ReactNode }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span className="text-ink-3">{icon}</span>
      {children}
    </span>
  )
}
