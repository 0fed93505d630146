import { useInfiniteQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { useState } from 'react'
import { api, body, type Schemas } from '../../api/client.ts'
import { isUnfinished, type Run, type Step } from '../../api/runs.ts'
import { Button } from '../../ui/button.tsx'
import { CodeWords } from '../../ui/code-words.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Select } from '../../ui/select.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { StatusMark, statusWord } from '../../ui/status.tsx'
import { duration } from '../../ui/time.tsx'
import type { Json } from '../../values/json.ts'
import { Value } from '../../values/value.tsx'
import { Failure } from './failure.tsx'

type Item = Schemas['Item']
type ItemStatus = Schemas['ItemStatus']
const ANY = 'any'
const STATUSES: readonly ItemStatus[] = ['running', 'succeeded', 'ended_early', 'failed', 'stopped']

/** The items of an `each`, a page at a time. */
export function Items({ run, step }: { run: Run; step: Step }) {
  const [status, setStatus] = useState<ItemStatus | typeof ANY>(step.items?.failed ? 'failed' : ANY)
  const items = useInfiniteQuery({
    queryKey: ['items', run.id, step.name, status],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET('/runs/{id}/steps/{step}/items', {
          params: {
            path: { id: run.id, step: step.name },
            query: {
              ...(status === ANY ? {} : { status }),
              ...(pageParam === '' ? {} : { cursor: pageParam })
            }
          },
          signal
        })
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: isUnfinished(run.status) ? 1_500 : false
  })
  const shown = items.data?.pages.flatMap((page) => page.items)
  return (
    <div className="flex flex-col gap-3 pt-4">
      <div className="flex items-center gap-3">
        <Select
          aria-label="Status of the items"
          className="!w-40"
          value={status}
          onChange={(value) => setStatus(value as ItemStatus | typeof ANY)}
          choices={[
            { value: ANY, label: 'All items' },
            ...STATUSES.map((each) => ({ value: each, label: statusWord(each) }))
          ]}
        />
        {step.items === undefined ? null : (
          <span className="text-xs text-ink-3">
            {step.items.succeeded} succeeded, {step.items.failed} failed, {step.items.ended_early} ended early of{' '}
            {step.items.total}
          </span>
        )}
      </div>
      {items.error === null ? null : <ErrorNotice error={items.error} />}
      {items.isPending ? <SkeletonRows count={4} className="h-9" /> : null}
      {shown?.length === 0 ? <p className="py-4 text-sm text-ink-3">No item of this kind.</p> : null}
      <ol>
        {shown?.map((item) => (
          <li key={item.index} className="border-b">
            <ItemRow item={item} />
          </li>
        ))}
      </ol>
      {items.hasNextPage ? (
        <Button look="quiet" busy={items.isFetchingNextPage} onClick={() => void items.fetchNextPage()}>
          More items
        </Button>
      ) : null}
    </div>
  )
}

function ItemRow({ item }: { item: Item }) {
  return (
    <Collapsible.Root>
      <Collapsible.Trigger className="group flex h-9 w-full items-center gap-3 text-left hover:bg-canvas">
        <ChevronRight
          className="size-3.5 text-ink-3 transition-transform group-data-[state=open]:rotate-90"
          aria-hidden="true"
        />
        <span className="w-12 text-ink-3 tabular-nums">#{item.index}</span>
        <StatusMark status={item.status} />
        <span className="min-w-0 flex-1 truncate text-ink-2">
          <CodeWords text={item.error?.message ?? item.note ?? ''} />
        </span>
        <span className="text-xs text-ink-3 tabular-nums">
          {item.duration_ms === undefined ? '' : duration(item.duration_ms)}
        </span>
      </Collapsible.Trigger>
      <Collapsible.Content className="flex flex-col gap-4 py-3 pl-7">
        {item.error === undefined ? null : <Failure error={item.error} />}
        {item.steps.map((step) => (
          <div key={step.position} className="flex flex-col gap-1.5">
            <p className="flex items-center gap-2">
              <StatusMark status={step.status} word={false} />
              <span className="font-medium">{step.name}</span>
              <span className="text-xs text-ink-3">
                {step.duration_ms === undefined ? '' : duration(step.duration_ms)}
              </span>
            </p>
            {step.exports === undefined ? null : (
              <Value value={step.exports as Json} label={`exports of ${step.name}`} className="max-h-64" />
            )}
          </div>
        ))}
      </Collapsible.Content>
    </Collapsible.Root>
  )
}
