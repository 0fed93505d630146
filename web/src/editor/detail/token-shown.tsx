import { CopyButton } from '../../ui/copy.tsx'
import { Notice } from '../../ui/notice.tsx'

/** A token, the one time that it is shown. It is in this page's memory, and gone with it. */
export function TokenShown({ token }: { token: string }) {
  return (
    <Notice tone="good" title="This is the token. It is shown this once.">
      <div className="mt-2 flex h-8 items-center gap-1 rounded-md border border-line bg-surface pr-1 pl-2.5 text-ink">
        <code className="min-w-0 flex-1 truncate font-mono text-xs">{token}</code>
        <CopyButton text={token} label="Copy the token" />
      </div>
    </Notice>
  )
}
