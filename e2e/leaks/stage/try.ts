/** Tries a workflow as an editor does: its definition as a draft, with the event that it gets, as a whole and step by step. */
import type { Cast } from './cast.ts'
import type { AdminClient, WireAnswer } from './wire.ts'

/** @param keep sends the request as one that starts no run */
export async function tryOut(
  { admin }: { admin: AdminClient },
  { id }: Cast,
  written: Readonly<Record<string, unknown>>,
  keep: () => Promise<WireAnswer>,
  show: (place: 'test', bytes: Buffer) => void
): Promise<void> {
  if ((await keep()).status >= 300) return
  const kept = await admin.call('GET', `/workflows/${id}/test-events`)
  const { test_events: events } = JSON.parse(kept.body.toString()) as { test_events: { id: string }[] }
  const definition = JSON.stringify(written)
  const steps = written['steps'] as readonly { name: string }[]
  const begun = await admin.call('POST', '/tests', { definition, test_event: events[0]?.id })
  show('test', begun.bytes)
  if (begun.status !== 201) throw new Error(`trying ${id}: ${begun.body.toString()}`)
  const { id: session } = JSON.parse(begun.body.toString()) as { id: string }
  for (const path of ['run', ...steps.map(({ name }) => `steps/${name}`)]) {
    const answer = await admin.call('POST', `/tests/${session}/${path}`, { definition })
    // One that reads what a failed step would have left is not tried.
    if (!/"type":"finished"|"code":"test_step_needed"/.test(answer.body.toString()))
      throw new Error(`trying ${id} ${path}: ${answer.body.toString()}`)
    show('test', answer.bytes)
  }
  await admin.call('DELETE', `/tests/${session}`)
}
