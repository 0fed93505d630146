import { Failure } from '../pages/runs/failure.tsx'
import { Logs } from '../pages/runs/logs.tsx'
import { Notice } from '../ui/notice.tsx'
import { StatusMark } from '../ui/status.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { duration } from '../ui/time.tsx'
import type { Json } from '../values/json.ts'
import { Value } from '../values/value.tsx'
import { RequestView } from './request-view.tsx'
import type { StepResult } from './use-tests.ts'

/** What a tested step sent, got and left. */
export function StepResultView({ name, result }: { name: string; result: StepResult }) {
  const { step, requests, leftOut, doing } = result
  const logs = step?.logs ?? []
  return (
    <div className="flex flex-col gap-3">
      <p className="flex items-center gap-3">
        <StatusMark status={step?.status ?? 'running'} />
        <span className="text-xs text-ink-3 tabular-nums">
          {step?.duration_ms === undefined ? '' : duration(step.duration_ms)}
        </span>
        <span className="min-w-0 flex-1 truncate text-sm text-ink-2">{step?.summary ?? doing}</span>
      </p>
      {step?.error === undefined ? null : <Failure error={step.error} />}
      {step?.exit_reason === undefined ? null : <Notice title="A run would end here.">{step.exit_reason}</Notice>}
      <Tabs
        label={`What ${name} did`}
        tabs={[
          { value: 'exports', label: 'Exports', content: <Exports name={name} result={result} /> },
          {
            value: 'requests',
            label: requests.length === 0 ? 'Requests' : `Requests (${requests.length})`,
            content:
              requests.length === 0 ? (
                <p className="py-4 text-sm text-ink-3">It sent nothing.</p>
              ) : (
                <>
                  {requests.map((request, index) => (
                    <RequestView key={index} request={request} open={requests.length === 1} />
                  ))}
                  {leftOut === 0 ? null : <p className="py-2 text-xs text-ink-3">{leftOut} more are not shown.</p>}
                </>
              )
          },
          {
            value: 'logs',
            label: logs.length === 0 ? 'Logs' : `Logs (${logs.length})`,
            content: <Logs lines={logs} kept />
          }
        ]}
      />
    </div>
  )
}

function Exports({ name, result: { step } }: { name: string; result: StepResult }) {
  if (step?.exports === undefined || Object.keys(step.exports).length === 0)
    return <p className="py-4 text-sm text-ink-3">{step === undefined ? 'It is running.' : 'It exported nothing.'}</p>
  return (
    <div className="pt-3">
      <Value value={step.exports as Json} label={`exports of ${name}`} path={`steps.${name}`} className="max-h-80" />
    </div>
  )
}
