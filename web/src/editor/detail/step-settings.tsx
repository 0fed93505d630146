import { isObject } from '../../values/json.ts'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Button } from '../../ui/button.tsx'
import { mistakesAt, useChecked } from '../check.ts'
import { useEditor } from '../context.tsx'
import { readAt } from '../document.ts'
import type { StepNode } from '../steps.ts'
import { durationWords } from '../words.ts'
import { DurationAt, SwitchAt, textOf } from './bound.tsx'
import { RetryFields } from './retry-fields.tsx'

/** How a step is run: retries, its time, and whether its code sees credentials. */
export function StepSettings({ step }: { step: StepNode }) {
  const { document } = useEditor()
  const retry = readAt(document, ['settings', 'retry'])
  const all = isObject(retry) ? retry : {}
  const { retry: own, timeout, reveal } = step.value
  const said = [own, timeout, reveal].some((each) => each !== undefined)
  const { mistakes } = useChecked()
  const wrong = ['retry', 'timeout', 'reveal'].some((key) => mistakesAt(mistakes, [...step.path, key]).length > 0)
  return (
    <Section
      title="Retries and time"
      closed={!said && !wrong}
      aside={said ? summaryOf(step) : 'as the workflow has it'}
    >
      <RetryFields
        path={[...step.path, 'retry']}
        attempts={textOf(all['attempts']) || '1'}
        backoff={textOf(all['backoff']) || '1s'}
        longest={textOf(all['max_backoff']) || '1m'}
      />
      <p className="-mt-2 text-xs text-ink-3">
        Only errors for which repeating helps are tried again. The wait doubles each time; a vendor’s Retry-After is
        waited for.
      </p>
      <DurationAt
        path={[...step.path, 'timeout']}
        label="Time for one attempt"
        placeholder={textOf(readAt(document, ['settings', 'timeout'])) || '30s'}
      />
      {isCode(step) ? <Reveal step={step} /> : null}
    </Section>
  )
}

/** Code of a step or of a package, which sees handles unless it is told otherwise. */
function isCode(step: StepNode): boolean {
  return step.kind === 'code' || textOf(step.value['use']).includes('#')
}

function summaryOf({ value: { retry, timeout, reveal } }: StepNode): string {
  const attempts = isObject(retry) ? textOf(retry['attempts']) : ''
  return [
    attempts === '' ? '' : `${attempts} attempts`,
    timeout === undefined ? '' : durationWords(textOf(timeout)),
    reveal === true ? 'reveals' : ''
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

function Reveal({ step }: { step: StepNode }) {
  const { document, select } = useEditor()
  const on = step.value['reveal'] === true
  const egress = readAt(document, ['settings', 'egress'])
  return (
    <>
      <SwitchAt
        path={[...step.path, 'reveal']}
        label="Give the code real credentials"
        hint="Otherwise it holds handles, which the door swaps for the credential as the request leaves. Few steps need more."
      />
      {on ? (
        <Notice
          tone="warn"
          title="This code, and every package in it, reads the credentials of whoever runs it."
          action={
            egress === undefined ? (
              <Button size="small" onClick={() => select('settings')}>
                Settings
              </Button>
            ) : null
          }
        >
          Its process serves that run alone, and each use is written to the audit log.{' '}
          {egress === undefined ? 'The settings must say which hosts it may reach.' : null}
        </Notice>
      ) : null}
    </>
  )
}
