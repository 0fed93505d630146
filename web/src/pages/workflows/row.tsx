import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Copy, History, MoreHorizontal, Pencil, Trash2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import {
  removeDraft,
  removeWorkflow,
  setEnabled,
  type DraftSummary,
  type WorkflowSummary
} from '../../api/workflows.ts'
import { IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { Sparkline } from '../../ui/sparkline.tsx'
import { Badge, StatusMark } from '../../ui/status.tsx'
import { Switch } from '../../ui/switch.tsx'
import { Time } from '../../ui/time.tsx'
import { toast, toastError } from '../../ui/toast.tsx'
import { duplicate } from './duplicate.ts'

const ROW =
  'group relative flex h-14 items-center gap-4 border-b px-6 transition-colors hover:bg-canvas focus-within:bg-canvas'

export function WorkflowRow({ workflow }: { workflow: WorkflowSummary }) {
  const { name, enabled, last_run: last, day } = workflow
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const toggle = useMutation({ mutationFn: (on: boolean) => setEnabled(name, on), onError: toastError })
  const copy = useMutation({
    mutationFn: () => duplicate(name),
    onSuccess: (made) => navigate({ to: '/workflows/$name', params: { name: made } }),
    onError: toastError
  })
  return (
    <li className={ROW}>
      <Name name={name} below={<TriggerLine workflow={workflow} />}>
        {workflow.draft ? <Badge tone="accent">Draft</Badge> : null}
        {enabled ? null : <Badge>Off</Badge>}
      </Name>
      <div className="hidden w-28 lg:block">
        <Day day={day} />
      </div>
      <div className="hidden w-40 flex-col items-start md:flex">
        {last ? (
          <Link to="/runs/$id" params={{ id: last.id }} className="relative z-10 flex flex-col hover:underline">
            <StatusMark status={last.status} />
            <Time at={last.accepted_at} className="text-xs text-ink-3" />
          </Link>
        ) : (
          <span className="text-ink-3">No run yet</span>
        )}
      </div>
      <div className="relative z-10 flex items-center gap-2">
        <Switch
          checked={toggle.isPending ? toggle.variables : enabled}
          onChange={(on) => toggle.mutate(on)}
          aria-label={`${name}: triggers start runs`}
        />
        <Menu
          trigger={
            <IconButton label={`More for ${name}`}>
              <MoreHorizontal className="size-4" />
            </IconButton>
          }
        >
          <MenuItem icon={<Pencil />} onSelect={() => void navigate({ to: '/workflows/$name', params: { name } })}>
            Edit
          </MenuItem>
          <MenuItem icon={<History />} onSelect={() => void navigate({ to: '/runs', search: { workflow: name } })}>
            Runs
          </MenuItem>
          <MenuItem icon={<Copy />} onSelect={() => copy.mutate()}>
            Duplicate
          </MenuItem>
          <MenuLine />
          <MenuItem icon={<Trash2 />} danger onSelect={() => setDeleting(true)}>
            Delete…
          </MenuItem>
        </Menu>
      </div>
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete ${name}?`}
        action="Delete the workflow"
        onConfirm={async () => {
          await removeWorkflow(name)
          toast(`${name} is deleted.`)
        }}
      >
        <p>
          Its {workflow.version === 1 ? 'version' : `${workflow.version} versions`}, its draft and its endpoint go, and
          its triggers stop at once: requests to its address get 404 from then on.
        </p>
        <p>
          Runs that are under way go on to their end, and the history keeps its runs as long as its retention says.
          Accounts, stores and data stores stay.
        </p>
      </Confirm>
    </li>
  )
}

export function DraftRow({ draft: { name, updated_at } }: { draft: DraftSummary }) {
  const [deleting, setDeleting] = useState(false)
  return (
    <li className={ROW}>
      <Name name={name} below={<span>Never deployed</span>}>
        <Badge tone="accent">Draft</Badge>
      </Name>
      <div className="hidden w-40 md:block">
        <span className="text-ink-3">
          Edited <Time at={updated_at} />
        </span>
      </div>
      <div className="relative z-10 flex w-[4.25rem] justify-end">
        <Menu
          trigger={
            <IconButton label={`More for ${name}`}>
              <MoreHorizontal className="size-4" />
            </IconButton>
          }
        >
          <MenuItem icon={<Copy />} onSelect={() => void duplicate(name).catch(toastError)}>
            Duplicate
          </MenuItem>
          <MenuLine />
          <MenuItem icon={<Trash2 />} danger onSelect={() => setDeleting(true)}>
            Delete…
          </MenuItem>
        </Menu>
      </div>
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete the draft ${name}?`}
        action="Delete the draft"
        onConfirm={() => removeDraft(name)}
      >
        <p>It was never deployed, so nothing else has it. Its endpoint and the test events that it took go, too.</p>
      </Confirm>
    </li>
  )
}

/** The name is a link over the whole row. */
function Name({ name, below, children }: { name: string; below: ReactNode; children: ReactNode }) {
  return (
    <div className="min-w-0 flex-1">
      <div className="flex items-center gap-2">
        <Link
          to="/workflows/$name"
          params={{ name }}
          className="truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {name}
        </Link>
        {children}
      </div>
      <div className="flex h-5 items-center gap-1 text-xs text-ink-3">{below}</div>
    </div>
  )
}

function TriggerLine({ workflow: { triggers, description } }: { workflow: WorkflowSummary }) {
  const [trigger] = triggers
  if (trigger?.type === 'schedule')
    return trigger.next === null ? (
      <span>Schedule, switched off</span>
    ) : (
      <span>
        Next <Time at={trigger.next} />
      </span>
    )
  if (description !== '') return <span className="truncate">{description}</span>
  if (trigger === undefined) return null
  return (
    <>
      <span className="truncate font-mono text-[0.6875rem]">{trigger.url}</span>
      <span className="relative z-10 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
        <CopyButton text={trigger.url} label="Copy the address" />
      </span>
    </>
  )
}

function Day({ day: { runs, failures, at_least } }: { day: WorkflowSummary['day'] }) {
  const [all, failed] = [sum(runs), sum(failures)]
  const count = `${at_least ? 'at least ' : ''}${all} ${all === 1 ? 'run' : 'runs'} in the last day, ${failed} failed`
  return (
    <div title={count} className="flex flex-col">
      <Sparkline values={runs} bad={failures} label={count} />
    </div>
  )
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
