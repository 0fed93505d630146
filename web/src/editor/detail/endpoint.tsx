import { CopyButton } from '../../ui/copy.tsx'
import { Section } from '../../ui/section.tsx'
import { useDraft } from '../draft/context.tsx'

/** Where requests go. */
export function Endpoint() {
  const { draft, deployed } = useDraft()
  const trigger = draft.triggers.find((one) => one.type === 'http')
  return (
    <Section title="Address">
      {trigger === undefined ? (
        <p className="text-sm text-ink-3">The deploy gives it an address, which stays the same for all versions.</p>
      ) : (
        <div className="flex h-8 items-center gap-1 rounded-md border bg-sunken pr-1 pl-2.5">
          <code className="min-w-0 flex-1 truncate font-mono text-xs">{trigger.url}</code>
          <CopyButton text={trigger.url} label="Copy the address" />
        </div>
      )}
      <p className="text-xs text-ink-3">
        {deployed === undefined
          ? 'Until the first deploy, what is sent here is kept as a test event for a day, and nothing runs.'
          : 'Any method, here and on any path below it. With the header x-pd-notrigger: 1 a request is kept as a test event, and nothing runs.'}
      </p>
    </Section>
  )
}
