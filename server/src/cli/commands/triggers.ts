/** What starts a workflow, as the API says it: an address, or when its schedule fires next. */
export type TriggerView = { type: 'http'; url: string } | { type: 'schedule'; next: string | null }

/** `http://…/in/…`, or `schedule, next 2026-11-26T16:00:00Z`. */
export function triggerLine(trigger: TriggerView): string {
  if (trigger.type === 'http') return trigger.url
  return trigger.next === null ? 'schedule, switched off' : `schedule, next ${trigger.next.replace('.000Z', 'Z')}`
}
