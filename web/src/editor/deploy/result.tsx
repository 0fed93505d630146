import { Link } from '@tanstack/react-router'
import { isObject } from '../../values/json.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { MistakeList, Notice } from '../../ui/notice.tsx'
import { Time } from '../../ui/time.tsx'
import { useChecked } from '../check.ts'
import { useEditor } from '../context.tsx'
import { TokenShown } from '../detail/token-shown.tsx'
import { readAt } from '../document.ts'
import { curlFor } from './curl.ts'
import type { Deployment } from './use-deploy.ts'

/** Where the workflow is now, and how it is called. */
export function DeployResult({ deployment }: { deployment: Deployment }) {
  const { workflow, document } = useEditor()
  const { plan } = useChecked()
  const references = plan?.steps.flatMap((step) => step.references) ?? []
  const auth = readAt(document, ['trigger', 'auth'])
  const token = isObject(auth) && auth['type'] === 'token'
  return (
    <div className="flex flex-col gap-4 text-sm">
      {deployment.created ? null : <Notice>Nothing was different: this was the current version already.</Notice>}
      {deployment.token === undefined ? null : <TokenShown token={deployment.token} />}
      {deployment.triggers.map((trigger) =>
        trigger.type === 'http' ? (
          <div key="http" className="flex flex-col gap-4">
            <Copyable label="Address" text={trigger.url} />
            <Copyable label="A call" text={curlFor(trigger.url, references, token)} />
          </div>
        ) : (
          <p key="schedule" className="text-ink-2">
            {trigger.next === null ? (
              'It is switched off, and does not fire.'
            ) : (
              <>
                It fires next <Time at={trigger.next} />.
              </>
            )}
          </p>
        )
      )}
      {deployment.warnings.length === 0 ? null : (
        <Notice tone="warn" title="Doubtful">
          <MistakeList mistakes={deployment.warnings} />
        </Notice>
      )}
      <p className="text-ink-3">
        Runs arrive live in its{' '}
        <Link to="/runs" search={{ workflow }} className="text-accent-ink underline">
          history
        </Link>
        .
      </p>
    </div>
  )
}

function Copyable({ label, text }: { label: string; text: string }) {
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center justify-between">
        <span className="font-medium">{label}</span>
        <CopyButton text={text} label={`Copy: ${label}`} />
      </div>
      <pre className="overflow-x-auto rounded-md border bg-sunken px-3 py-2 font-mono text-xs leading-5">{text}</pre>
    </div>
  )
}
