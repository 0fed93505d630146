import { useState } from 'react'
import { isObject } from '../../values/json.ts'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Settings2 } from 'lucide-react'
import { useEditor } from '../context.tsx'
import { readAt } from '../document.ts'
import { useDraft } from '../draft/context.tsx'
import { Tile } from '../step-icon.tsx'
import { DurationAt, LinesAt, ListAt, NumberAt, SwitchAt, TextAt, textOf, useAt } from './bound.tsx'
import { DetailHead } from './detail-head.tsx'
import { EnvironmentForm } from './environment-form.tsx'
import { NameField } from './name-field.tsx'
import { retentionWords } from './retention.ts'
import { RetryFields } from './retry-fields.tsx'
import { mistakesAt, ownerOf, useChecked } from '../check.ts'
import { MistakeList } from '../../ui/notice.tsx'

/** What holds for the workflow as a whole. */
export function WorkflowSettings() {
  return (
    <>
      <DetailHead
        icon={
          <Tile large>
            <Settings2 />
          </Tile>
        }
        name="Settings"
        title="What holds for the workflow as a whole"
      />
      <Elsewhere />
      <Section title="Workflow">
        <WorkflowName />
        <LinesAt path={['description']} label="Description" placeholder="What it does, for people" rows={2} />
      </Section>
      <Retention />
      <Section title="Time and retries">
        <DurationAt
          path={['settings', 'timeout']}
          label="Time that a run may take"
          placeholder="30s"
          hint="Time in steps; sleeping, waiting and downtime do not count. Up to 7d."
        />
        <RetryFields path={['settings', 'retry']} attempts="1" backoff="1s" longest="1m" />
      </Section>
      <Section title="Where code may go" aside="egress">
        <ListAt
          path={['settings', 'egress']}
          label="Hosts"
          placeholder="api.example.com"
          hint="One a line: api.example.com, *.example.org, localhost:8080, tcp://db.example.com:5432. Left empty: every public host. Private addresses only where they are listed."
        />
      </Section>
      <EnvironmentForm />
      <Section title="What code may take" closed aside="memory and processor time">
        <div className="grid grid-cols-2 items-start gap-3">
          <TextAt path={['settings', 'code', 'memory']} label="Memory" placeholder="256MB" />
          <DurationAt path={['settings', 'code', 'cpu']} label="Processor time of one attempt" placeholder="10s" />
        </div>
      </Section>
    </>
  )
}

/** Mistakes that belong to no field here. */
function Elsewhere() {
  const { document } = useEditor()
  const { mistakes } = useChecked()
  const own = mistakes.filter((one) => ownerOf(document.steps, one) === 'settings')
  const shown = ['settings', 'name', 'description'].flatMap((key) => mistakesAt(own, [key]))
  const rest = own.filter((one) => !shown.includes(one))
  if (rest.length === 0) return null
  return (
    <div className="px-5 pt-4">
      <Notice tone="bad">
        <MistakeList mistakes={rest} />
      </Notice>
    </div>
  )
}

function WorkflowName() {
  const { workflow } = useEditor()
  const { deployed, rename } = useDraft()
  const { value, error } = useAt(['name'])
  const [failure, setFailure] = useState<unknown>()
  if (deployed !== undefined) {
    return (
      <div className="flex flex-col gap-1.5 text-sm">
        <span className="font-medium">Name</span>
        <code className="font-mono text-xs">{workflow}</code>
        <span className="text-xs text-ink-3">
          A deployed workflow keeps its name. Duplicate it to have it under another.
        </span>
        {error === undefined ? null : <span className="text-xs text-bad-ink">{error}</span>}
        {value === workflow ? null : (
          <Notice tone="warn">
            The YAML calls it {textOf(value) || 'nothing'}. It can be deployed here as {workflow} only.
          </Notice>
        )}
      </div>
    )
  }
  return (
    <>
      <NameField
        label="Name"
        name={workflow}
        problem={(name) =>
          /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) && name.length <= 60
            ? undefined
            : 'Lower-case words joined by hyphens, at most 60 characters'
        }
        onRename={(name) => {
          setFailure(undefined)
          rename(name).catch(setFailure)
        }}
        hint="It can be changed until the first deploy."
      />
      {failure === undefined ? null : <ErrorNotice error={failure} />}
    </>
  )
}

function Retention() {
  const { document } = useEditor()
  const path = ['settings', 'retention']
  const written = readAt(document, path)
  const retention = isObject(written) ? written : {}
  return (
    <Section title="What stays of a run" aside="retention">
      <SwitchAt path={[...path, 'keep']} label="Keep runs" byDefault hint={retentionWords(retention)} />
      {retention['keep'] === false ? null : (
        <div className="grid grid-cols-2 items-start gap-3">
          <DurationAt path={[...path, 'max_age']} label="At most for" placeholder="7d" />
          <NumberAt path={[...path, 'max_events']} label="At most so many" placeholder="10000" />
        </div>
      )}
    </Section>
  )
}
