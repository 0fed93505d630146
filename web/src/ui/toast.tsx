import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { Toast as Radix } from 'radix-ui'
import { useSyncExternalStore, type ReactNode } from 'react'
import { IconButton } from './button.tsx'
import { explain } from './notice.tsx'

interface Message {
  id: number
  tone: 'good' | 'bad'
  text: ReactNode
  action?: { label: string; run: () => void }
}

let messages: readonly Message[] = []
let count = 0
const listeners = new Set<() => void>()

function change(next: readonly Message[]): void {
  messages = next
  for (const listener of listeners) listener()
}

/** Says in passing that something is done. */
export function toast(text: ReactNode, action?: Message['action']): void {
  count += 1
  change([...messages.slice(-2), { id: count, tone: 'good', text, ...(action === undefined ? {} : { action }) }])
}

/** Says in passing what went wrong, where there is no better place for it. */
export function toastError(error: unknown): void {
  count += 1
  const { title, hint } = explain(error)
  change([...messages.slice(-2), { id: count, tone: 'bad', text: hint === undefined ? title : `${title} ${hint}` }])
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Toasts({ children }: { children: ReactNode }) {
  const shown = useSyncExternalStore(subscribe, () => messages)
  return (
    <Radix.Provider swipeDirection="right" duration={5_000}>
      {children}
      {shown.map((message) => (
        <Radix.Root
          key={message.id}
          onOpenChange={(open) => open || change(messages.filter(({ id }) => id !== message.id))}
          duration={message.tone === 'bad' ? 12_000 : 5_000}
          className="slide-in flex items-start gap-2.5 rounded-lg bg-surface px-3.5 py-2.5 shadow-float"
        >
          {message.tone === 'good' ? (
            <CircleCheck className="mt-0.5 size-4 shrink-0 text-good" />
          ) : (
            <CircleAlert className="mt-0.5 size-4 shrink-0 text-bad" />
          )}
          <Radix.Description className="flex-1 text-sm">{message.text}</Radix.Description>
          {message.action === undefined ? null : (
            <Radix.Action
              altText={message.action.label}
              onClick={message.action.run}
              className="text-sm font-medium text-accent-ink"
            >
              {message.action.label}
            </Radix.Action>
          )}
          <Radix.Close asChild>
            <IconButton label="Dismiss" size="small">
              <X className="size-3.5" />
            </IconButton>
          </Radix.Close>
        </Radix.Root>
      ))}
      <Radix.Viewport className="fixed right-4 bottom-4 z-50 flex w-96 max-w-[calc(100vw-2rem)] flex-col gap-2 outline-none" />
    </Radix.Provider>
  )
}
