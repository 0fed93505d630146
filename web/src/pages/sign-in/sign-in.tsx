import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { signIn } from '../../api/people.ts'
import { sessionQuery } from '../../app/session.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Password, textOf } from '../../ui/password.tsx'
import { DoorPage } from './door-page.tsx'

const route = getRouteApi('/sign-in')

export function SignIn() {
  const { next = '/workflows' } = route.useSearch()
  const navigate = useNavigate()
  const session = useQuery(sessionQuery)
  const enter = useMutation({
    mutationFn: (form: HTMLFormElement) => signIn(textOf(form, 'username'), textOf(form, 'password')),
    onSuccess: () => navigate({ href: next, replace: true }),
    onError: (_error, form) => form.querySelector<HTMLInputElement>('[name=password]')?.select()
  })
  return (
    <DoorPage title="Sign in to Bellhop">
      {session.data?.setup_needed === true ? <SetUpFirst /> : null}
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          enter.mutate(event.currentTarget)
        }}
      >
        <Field label="Name">
          {(ids) => <Input {...ids} autoFocus required name="username" autoComplete="username" autoCapitalize="none" />}
        </Field>
        <Field label="Password">{(ids) => <Password {...ids} required name="password" kind="current" />}</Field>
        {enter.error === null ? null : <ErrorNotice error={enter.error} />}
        <Button look="primary" type="submit" busy={enter.isPending}>
          Sign in
        </Button>
      </form>
    </DoorPage>
  )
}

function SetUpFirst() {
  return (
    <Notice title="Nobody can sign in yet">
      <p className="mt-0.5">
        The server printed a link when it started, in the line that begins with <Code>set up</Code>. Open it to become
        the administrator. <Code>bellhop users link</Code> prints another.
      </p>
    </Notice>
  )
}

function Code({ children }: { children: string }) {
  return <code className="font-mono text-xs">{children}</code>
}
