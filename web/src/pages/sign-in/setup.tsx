import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { linkQuery, setUp } from '../../api/people.ts'
import { sessionQuery } from '../../app/session.ts'
import { useSetupLink } from '../../app/setup-token.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Password, textOf } from '../../ui/password.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { DoorPage } from './door-page.tsx'

/** Where a link leads that sets a password: the first administrator's, or another user's. */
export function Setup() {
  const number = useSetupLink()
  const link = useQuery(linkQuery(number))
  if (number === 0 || link.error !== null) return <NoLink error={link.error} />
  if (link.data === undefined) return <Checking />
  const { name } = link.data
  return name === null ? (
    <DoorPage
      title="Welcome to Bellhop"
      intro="You are the first one here. Choose the name and the password with which you will sign in as administrator."
    >
      <SetupForm name={null} />
    </DoorPage>
  ) : (
    <DoorPage title={`Hello, ${name}`} intro="Choose the password with which you will sign in.">
      <SetupForm name={name} />
    </DoorPage>
  )
}

function SetupForm({ name }: { name: string | null }) {
  const navigate = useNavigate()
  const save = useMutation({
    mutationFn: (form: HTMLFormElement) => setUp(name ?? textOf(form, 'username'), textOf(form, 'password')),
    onSuccess: () => navigate({ to: '/workflows', replace: true })
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(event.currentTarget)
      }}
    >
      {name === null ? (
        <Field label="Name" hint="Your first name or your mail address, for example.">
          {(ids) => <Input {...ids} autoFocus required name="username" autoComplete="username" autoCapitalize="none" />}
        </Field>
      ) : (
        // So that a password manager knows whose password this is.
        <input type="hidden" name="username" autoComplete="username" value={name} />
      )}
      <Field
        label="Password"
        hint="At least 12 characters. Several words that have nothing to do with each other are good."
      >
        {(ids) => <Password {...ids} required minLength={12} name="password" kind="new" autoFocus={name !== null} />}
      </Field>
      {save.error === null ? null : <ErrorNotice error={save.error} />}
      <Button look="primary" type="submit" busy={save.isPending}>
        {name === null ? 'Create the administrator' : 'Set the password'}
      </Button>
    </form>
  )
}

function Checking() {
  return (
    <DoorPage title="Setting up">
      <div role="status" aria-label="Checking the link" className="flex flex-col gap-4">
        <Skeleton className="h-8 w-full" />
        <Skeleton className="h-8 w-full" />
      </div>
    </DoorPage>
  )
}

/** There is no link, or it is of no use. */
function NoLink({ error }: { error: Error | null }) {
  const session = useQuery(sessionQuery)
  return (
    <DoorPage title="Set a password">
      {error === null ? (
        <Notice title="This page needs a link">
          <p className="mt-0.5">
            The server prints one when it starts and nobody can sign in yet; <Code>bellhop users link</Code> prints
            another. Who has a name already asks an administrator for one.
          </p>
        </Notice>
      ) : (
        <ErrorNotice error={error} />
      )}
      <Button asChild>
        {session.data?.user === undefined ? <Link to="/sign-in">Sign in</Link> : <Link to="/workflows">Workflows</Link>}
      </Button>
    </DoorPage>
  )
}

function Code({ children }: { children: string }) {
  return <code className="font-mono text-xs">{children}</code>
}
