import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { changePassword, endSession, sessionsQuery, type BrowserSession } from '../../api/people.ts'
import { signOut } from '../../app/session.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Field } from '../../ui/field.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Password, textOf } from '../../ui/password.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Badge } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { toast, toastError } from '../../ui/toast.tsx'
import { Part } from './part.tsx'

/** The password of whoever is signed in, and where they are. */
export function Security() {
  return (
    <div className="max-w-3xl">
      <Part title="Password" about="A new password signs you out everywhere but here.">
        <PasswordForm />
      </Part>
      <Sessions />
    </div>
  )
}

function PasswordForm() {
  const save = useMutation({
    mutationFn: (form: HTMLFormElement) => changePassword(textOf(form, 'current'), textOf(form, 'next')),
    onSuccess: (_answer, form) => {
      form.reset()
      toast('The password is changed. All other browsers are signed out.')
    }
  })
  return (
    <form
      className="flex max-w-88 flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(event.currentTarget)
      }}
    >
      <Field label="Present password">{(ids) => <Password {...ids} required name="current" kind="current" />}</Field>
      <Field label="New password" hint="At least 12 characters.">
        {(ids) => <Password {...ids} required minLength={12} name="next" kind="new" />}
      </Field>
      {save.error === null ? null : <ErrorNotice error={save.error} />}
      <div>
        <Button look="primary" type="submit" busy={save.isPending}>
          Change the password
        </Button>
      </div>
    </form>
  )
}

function Sessions() {
  const sessions = useQuery(sessionsQuery)
  const [leaving, setLeaving] = useState(false)
  const navigate = useNavigate()
  return (
    <Part
      title="Sessions"
      about="Where you are signed in. A session ends a day after its last use, and a week after it began."
      action={<Button onClick={() => setLeaving(true)}>Sign out everywhere</Button>}
    >
      {sessions.error === null ? null : <ErrorNotice error={sessions.error} />}
      {sessions.isPending ? <SkeletonRows count={2} className="h-11" /> : null}
      <ul aria-label="Sessions" className="border-t">
        {sessions.data?.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      <Confirm
        open={leaving}
        onOpenChange={setLeaving}
        title="Sign out everywhere?"
        action="Sign out everywhere"
        onConfirm={() => signOut(true, () => navigate({ to: '/sign-in' }))}
      >
        <p>All of your browsers are signed out, this one too. Drafts are kept; what runs goes on.</p>
      </Confirm>
    </Part>
  )
}

function SessionRow({ session: { id, agent, created_at, seen_at, current } }: { session: BrowserSession }) {
  const end = useMutation({ mutationFn: () => endSession(id), onError: toastError })
  return (
    <li className="flex h-11 items-center gap-3 border-b">
      <span className="font-medium">{agent}</span>
      {current ? <Badge>this browser</Badge> : null}
      <span className="flex-1" />
      <span className="hidden text-xs text-ink-3 md:inline">
        since <Time at={created_at} />
      </span>
      <span className="w-36 text-right text-xs text-ink-3">
        last used <Time at={seen_at} />
      </span>
      <span className="flex w-20 justify-end">
        {current ? null : (
          <Button size="small" busy={end.isPending} onClick={() => end.mutate()} aria-label={`Sign out ${agent}`}>
            Sign out
          </Button>
        )}
      </span>
    </li>
  )
}
