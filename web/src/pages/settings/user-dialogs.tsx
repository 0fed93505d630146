import { useMutation } from '@tanstack/react-query'
import { Eye } from 'lucide-react'
import { useState } from 'react'
import { addUser, linkUser, type UserLink } from '../../api/people.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Lock } from '../../ui/lock.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Time } from '../../ui/time.tsx'

/** Asks for a name, and shows the link by which that user sets a password. */
export function AddUser({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const add = useMutation({ mutationFn: () => addUser(name) })
  if (add.data !== undefined) return <LinkDialog link={add.data} onClose={onClose} />
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title="Add a user"
      description="You get a link for them. With it they set a password and are signed in."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="add-user" busy={add.isPending} disabled={name.trim() === ''}>
            Add the user
          </Button>
        </>
      }
    >
      <form
        id="add-user"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          add.mutate()
        }}
      >
        <Field label="Name" required hint="A first name or a mail address, for example. They sign in with it.">
          {(ids) => <Input {...ids} autoFocus value={name} onChange={({ target }) => setName(target.value)} />}
        </Field>
        {add.error === null ? null : <ErrorNotice error={add.error} />}
      </form>
    </Dialog>
  )
}

/** Makes a user another link, and shows it. */
export function NewLink({ name, active, onClose }: { name: string; active: boolean; onClose: () => void }) {
  const make = useMutation({ mutationFn: () => linkUser(name) })
  if (make.data !== undefined) return <LinkDialog link={make.data} onClose={onClose} />
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={`A new link for ${name}?`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={make.isPending} onClick={() => make.mutate()}>
            Make the link
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-sm text-ink-2">
        <p>
          Whoever has it sets a new password, once.{' '}
          {active ? 'The present one works until then; when the link is used, all sessions end.' : ''} A link that was
          made before stops working.
        </p>
        {make.error === null ? null : <ErrorNotice error={make.error} />}
      </div>
    </Dialog>
  )
}

/** A link that is shown once. It is in the page's memory only, and in its text when somebody asks to see it. */
function LinkDialog({ link: { name, url, expires_at }, onClose }: { link: UserLink; onClose: () => void }) {
  // Browsers give the clipboard to pages on TLS and on this machine only.
  const canCopy = 'clipboard' in navigator
  const [shown, setShown] = useState(!canCopy)
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={`The link for ${name}`}
      description="Give it to them in private: whoever opens it first sets the password. It is not shown again."
      actions={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="flex min-h-8 items-center gap-2">
        {shown ? (
          <code className="min-w-0 flex-1 rounded bg-brass-soft px-2 py-1 font-mono text-xs [overflow-wrap:anywhere] text-brass-ink select-all">
            {url}
          </code>
        ) : (
          <span className="flex-1">
            <Lock label="one-time link" why="It sets the password of this user. Copy it, and give it to nobody else." />
          </span>
        )}
        {shown ? null : (
          <Button size="small" look="quiet" onClick={() => setShown(true)}>
            <Eye className="size-3.5" aria-hidden="true" /> Show
          </Button>
        )}
        {canCopy ? <CopyButton text={url} label="Copy the link" /> : null}
      </div>
      <p className="mt-3 text-xs text-ink-3">
        Works once; expires <Time at={expires_at} />.
      </p>
    </Dialog>
  )
}
