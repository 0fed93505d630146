import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { diffLines } from 'diff'
import { PencilLine, Rocket } from 'lucide-react'
import { useMemo, useState } from 'react'
import { versionQuery, type Version } from '../../editor/draft/draft.ts'
import { Button } from '../../ui/button.tsx'
import { countOf } from '../../ui/diff-lines.ts'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Select } from '../../ui/select.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { TextDiff } from '../../ui/text-diff.tsx'
import { Restore } from './restore.tsx'
import { Redeploy } from './redeploy.tsx'

interface ComparisonProps {
  name: string
  versions: readonly Version[]
  shown: Version
  /** The version that it is compared with; `undefined` for the first. */
  before: number | undefined
}

const WHOLE = 'whole'

/** A version, as a change of another one or whole; and how it comes back. */
export function Comparison({ name, versions, shown, before }: ComparisonProps) {
  const navigate = useNavigate({ from: '/workflows/$name/versions' })
  const [asking, setAsking] = useState<'draft' | 'deploy'>()
  const after = useQuery(versionQuery(name, shown.version))
  const other = useQuery({ ...versionQuery(name, before ?? 0), enabled: before !== undefined && before > 0 })
  const compared = before !== undefined && before > 0
  const error = after.error ?? other.error
  const text = after.data?.text
  const choices = [
    { value: WHOLE, label: 'Nothing: the whole text' },
    ...versions
      .filter(({ version }) => version !== shown.version)
      .map(({ version, current }) => ({
        value: String(version),
        label: `Version ${version}${current ? ', the current one' : ''}`
      }))
  ]
  return (
    <section aria-label={`Version ${shown.version}`} className="relative flex min-w-0 flex-1 flex-col overflow-auto">
      <div className="flex flex-wrap items-center gap-3 border-b px-6 py-2.5">
        <h2 className="text-base font-semibold">Version {shown.version}</h2>
        <span className="text-sm text-ink-3">compared with</span>
        <div className="w-56">
          <Select
            aria-label="Compared with"
            value={compared ? String(before) : WHOLE}
            onChange={(next) =>
              void navigate({
                search: { version: shown.version, before: next === WHOLE ? 0 : Number(next) },
                replace: true
              })
            }
            choices={choices}
          />
        </div>
        {compared && other.data !== undefined && text !== undefined ? (
          <Count before={other.data.text} after={text} />
        ) : null}
        <span className="flex-1" />
        <Button disabled={text === undefined} onClick={() => setAsking('draft')}>
          <PencilLine className="size-3.5" />
          Make it the draft…
        </Button>
        {shown.current ? null : (
          <Button disabled={text === undefined} onClick={() => setAsking('deploy')}>
            <Rocket className="size-3.5" />
            Deploy it again…
          </Button>
        )}
      </div>
      <div className="p-6">
        {error === null ? null : <ErrorNotice error={error} />}
        {error === null && (text === undefined || (compared && other.data === undefined)) ? (
          <Skeleton className="h-96 w-full" />
        ) : null}
        {text === undefined ? null : compared ? (
          other.data === undefined ? null : (
            <TextDiff before={other.data.text} after={text} />
          )
        ) : (
          <Whole text={text} />
        )}
      </div>
      {text === undefined ? null : (
        <>
          <Restore
            name={name}
            version={shown.version}
            text={text}
            open={asking === 'draft'}
            onClose={() => setAsking(undefined)}
          />
          <Redeploy
            name={name}
            version={shown.version}
            text={text}
            open={asking === 'deploy'}
            onClose={() => setAsking(undefined)}
          />
        </>
      )}
    </section>
  )
}

function Count({ before, after }: { before: string; after: string }) {
  const { added, removed } = useMemo(() => countOf(diffLines(before, after)), [before, after])
  return (
    <span className="flex gap-2 text-sm tabular-nums">
      <span className="text-good-ink">+{added}</span>
      <span className="text-bad-ink">−{removed}</span>
    </span>
  )
}

function Whole({ text }: { text: string }) {
  return <pre className="overflow-x-auto rounded-lg border px-4 py-3 font-mono text-xs leading-5">{text}</pre>
}
