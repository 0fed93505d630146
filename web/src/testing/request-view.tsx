import { ChevronRight, Lock as LockIcon } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import type { SentRequest } from '../api/tests.ts'
import { Lock } from '../ui/lock.tsx'
import { duration } from '../ui/time.tsx'
import type { Json } from '../values/json.ts'
import { Pieces } from '../values/pieces.tsx'
import { Value } from '../values/value.tsx'

/** A request as it left, with locks where credentials stood, and what came back. */
export function RequestView({ request, open }: { request: SentRequest; open: boolean }) {
  const { method, url, status, duration_ms, error, credentials } = request
  return (
    <Collapsible.Root defaultOpen={open} className="border-b last:border-0">
      <Collapsible.Trigger className="group flex w-full items-center gap-2 py-2 text-left text-sm">
        <ChevronRight
          className="size-3.5 shrink-0 text-ink-3 transition-transform group-data-[state=open]:rotate-90"
          aria-hidden="true"
        />
        <span className="font-mono text-xs font-medium">{method}</span>
        <span className="min-w-0 flex-1 truncate font-mono text-xs">
          <Pieces text={url} tabbable={false} />
        </span>
        {credentials.length === 0 ? null : (
          <LockIcon className="size-3 text-brass-ink" aria-label="with a credential" />
        )}
        <span
          className={`font-mono text-xs ${status !== undefined && status < 400 ? 'text-good-ink' : 'text-bad-ink'}`}
        >
          {status ?? error?.code ?? 'no answer'}
        </span>
        <span className="w-14 text-right text-xs text-ink-3 tabular-nums">{duration(duration_ms)}</span>
      </Collapsible.Trigger>
      <Collapsible.Content className="flex flex-col gap-4 pb-4 pl-5">
        <Message title="Request" headers={request.headers} body={request.body} />
        {credentials.length === 0 ? null : (
          <p className="flex flex-wrap items-center gap-1.5 text-xs text-ink-3">
            The door put in
            {credentials.map(({ place, label }) => (
              <span key={`${place} ${label}`} className="inline-flex items-center gap-1">
                <Lock label={label} /> at {place}
              </span>
            ))}
          </p>
        )}
        {error === undefined ? null : <p className="text-sm text-bad-ink">{error.message}</p>}
        {status === undefined ? null : (
          <Message title={`Response ${status}`} headers={request.response_headers ?? {}} body={request.response_body} />
        )}
        {request.notes.map((note) => (
          <p key={note} className="text-xs text-ink-3">
            {note}
          </p>
        ))}
      </Collapsible.Content>
    </Collapsible.Root>
  )
}

interface MessageProps {
  title: string
  headers: Record<string, string>
  body: string | undefined
}

function Message({ title, headers, body }: MessageProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <h4 className="text-xs font-medium text-ink-2">{title}</h4>
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-0.5 font-mono text-xs">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-3">{name}</dt>
            <dd className="[overflow-wrap:anywhere]">
              <Pieces text={value} />
            </dd>
          </div>
        ))}
      </dl>
      {body === undefined || body === '' ? null : (
        <Value value={jsonOf(body)} label={`body of the ${title.toLowerCase()}`} className="max-h-72" />
      )}
    </div>
  )
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
