import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus, Search, Workflow } from 'lucide-react'
import { useState } from 'react'
import { draftsQuery, workflowsQuery, type DraftSummary, type WorkflowSummary } from '../../api/workflows.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Input } from '../../ui/field.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { NewWorkflow } from './new-workflow.tsx'
import { DraftRow, WorkflowRow } from './row.tsx'

export function Workflows() {
  const [search, setSearch] = useState('')
  const adding = useSearch({ from: '/shell/workflows', select: (asked) => asked.new === true })
  const navigate = useNavigate({ from: '/workflows' })
  const setAdding = (open: boolean): void => void navigate({ search: open ? { new: true } : {}, replace: true })
  const workflows = useQuery({ ...workflowsQuery, refetchInterval: 10_000 })
  const drafts = useQuery(draftsQuery)
  return (
    <Page
      title="Workflows"
      actions={
        <>
          <div className="relative w-56">
            <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-3" aria-hidden="true" />
            <Input
              type="search"
              aria-label="Search workflows"
              placeholder="Search"
              className="pl-8"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          </div>
          <Button look="primary" onClick={() => setAdding(true)}>
            <Plus className="size-4" aria-hidden="true" />
            New workflow
          </Button>
        </>
      }
    >
      {workflows.error === null ? null : (
        <div className="p-6">
          <ErrorNotice error={workflows.error} />
        </div>
      )}
      {workflows.data === undefined || drafts.isPending ? (
        <SkeletonRows className="h-14" />
      ) : (
        <List
          entries={entriesOf(workflows.data, drafts.data ?? [])}
          search={search}
          onNew={() => setAdding(true)}
          onClear={() => setSearch('')}
        />
      )}
      <NewWorkflow open={adding} onOpenChange={setAdding} />
    </Page>
  )
}

type Entry = { name: string; workflow: WorkflowSummary } | { name: string; draft: DraftSummary }

/** Deployed workflows, and those that are only a draft yet, by name. */
function entriesOf(workflows: readonly WorkflowSummary[], drafts: readonly DraftSummary[]): Entry[] {
  const deployed = new Set(workflows.map(({ name }) => name))
  return [
    ...workflows.map((workflow) => ({ name: workflow.name, workflow })),
    ...drafts.filter(({ name }) => !deployed.has(name)).map((draft) => ({ name: draft.name, draft }))
  ].sort((a, b) => a.name.localeCompare(b.name))
}

interface ListProps {
  entries: readonly Entry[]
  search: string
  onNew: () => void
  onClear: () => void
}

function List({ entries, search, onNew, onClear }: ListProps) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const shown = entries.filter((entry) => words.every((word) => textOf(entry).includes(word)))
  if (entries.length === 0)
    return (
      <Empty
        icon={<Workflow />}
        title="No workflow yet"
        action={
          <Button look="primary" onClick={onNew}>
            New workflow
          </Button>
        }
      >
        A workflow has a trigger (an HTTP endpoint or a schedule) and steps. Begin with a blank one, an example, or YAML
        that you have.
      </Empty>
    )
  if (shown.length === 0)
    return (
      <Empty
        icon={<Search />}
        title="No workflow matches"
        action={<Button onClick={onClear}>Clear the search</Button>}
      />
    )
  return (
    <ul aria-label="Workflows">
      {shown.map((entry) =>
        'workflow' in entry ? (
          <WorkflowRow key={entry.name} workflow={entry.workflow} />
        ) : (
          <DraftRow key={entry.name} draft={entry.draft} />
        )
      )}
    </ul>
  )
}

function textOf(entry: Entry): string {
  const more = 'workflow' in entry ? [entry.workflow.description, ...entry.workflow.apps] : []
  return [entry.name, ...more].join(' ').toLowerCase()
}
