import { diffLines } from 'diff'
import { useMemo } from 'react'
import { Lock } from 'lucide-react'
import { CodeWords } from '../../ui/code-words.tsx'
import { MistakeList, Notice } from '../../ui/notice.tsx'
import { TextDiff } from '../../ui/text-diff.tsx'
import { countOf } from '../../ui/diff-lines.ts'
import { named, useChecked } from '../check.ts'
import { useEditor } from '../context.tsx'
import { useDraft } from '../draft/context.tsx'
import { allSteps } from '../steps.ts'

/** What a deploy would change, and what speaks against it. */
export function Review({ same }: { same: boolean }) {
  const { document } = useEditor()
  const { deployed, saving } = useDraft()
  const { mistakes, warnings } = useChecked()
  const [error] = document.errors
  return (
    <div className="flex flex-col gap-3">
      {error === undefined ? null : (
        <Notice tone="bad" title="The YAML does not parse.">
          Line {error.line}, column {error.column}: {error.message}.
        </Notice>
      )}
      {mistakes.length === 0 ? null : (
        <Notice
          tone="bad"
          title={
            mistakes.length === 1
              ? 'One mistake has to be corrected first.'
              : `${mistakes.length} mistakes have to be corrected first.`
          }
        >
          <MistakeList mistakes={mistakes.map((one) => named(document.steps, one))} />
        </Notice>
      )}
      {warnings.length === 0 ? null : (
        <Notice
          tone="warn"
          title={warnings.length === 1 ? 'One thing is doubtful.' : `${warnings.length} things are doubtful.`}
        >
          <MistakeList mistakes={warnings.map((one) => named(document.steps, one))} />
        </Notice>
      )}
      {saving.status === 'conflict' ? (
        <Notice tone="warn" title="The draft was changed in another page.">
          What is deployed is what this page shows.
        </Notice>
      ) : null}
      {same ? <Notice>Nothing is different from version {deployed?.version}, which is deployed.</Notice> : null}
      {deployed === undefined ? (
        <FirstVersion />
      ) : same ? null : (
        <Changes before={deployed.text} after={document.text} />
      )}
    </div>
  )
}

function Changes({ before, after }: { before: string; after: string }) {
  const { added, removed } = useMemo(() => countOf(diffLines(before, after)), [before, after])
  return (
    <section className="flex flex-col gap-2">
      <h3 className="flex gap-3 text-sm font-medium">
        What changes
        <span className="font-normal text-good-ink tabular-nums">+{added}</span>
        <span className="font-normal text-bad-ink tabular-nums">−{removed}</span>
      </h3>
      <TextDiff before={before} after={after} />
    </section>
  )
}

/** With nothing to compare: the steps, and whose credentials they use. */
function FirstVersion() {
  const { document } = useEditor()
  const { plan } = useChecked()
  return (
    <ol className="divide-y rounded-lg border">
      {allSteps(document.steps).map((step) => {
        const auth = Object.values(plan?.steps.find(({ name }) => name === step.name)?.auth ?? {})
        return (
          <li
            key={step.id}
            className={`flex flex-col gap-0.5 px-3 py-2 text-sm ${step.parent === undefined ? '' : 'pl-8'}`}
          >
            <span className="font-medium">{step.name}</span>
            {auth.map(({ app, says }) => (
              <span key={app} className="flex items-start gap-1.5 text-xs text-brass-ink">
                <Lock className="mt-0.5 size-3 shrink-0" aria-hidden="true" />
                <span>
                  <CodeWords text={says} />
                </span>
              </span>
            ))}
          </li>
        )
      })}
    </ol>
  )
}
