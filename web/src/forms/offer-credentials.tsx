/**
 * Credentials that a step's code is asked with while its form is filled in: where the step's own come with a run only, a person
 * can give some here. They live in this page's memory, and go when it does.
 */
import { createContext, use, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, Input, SecretInput } from '../ui/field.tsx'
import type { DraftStep, OfferAuth, StepForm } from './step-offers.ts'

interface Offering {
  apps: StepForm['apps']
  auth: OfferAuth | undefined
  give: (auth: OfferAuth) => void
}

const Context = createContext<Offering | undefined>(undefined)

/** Gives its fields a draft with the credentials that a person has given. */
export function OfferCredentials({
  form,
  draft,
  children
}: {
  form: StepForm
  draft: DraftStep
  children: (draft: DraftStep) => ReactNode
}) {
  const [auth, give] = useState(draft.auth)
  return (
    <Context value={{ apps: form.apps, auth, give }}>
      {children(auth === undefined ? draft : { ...draft, auth })}
    </Context>
  )
}

/** The list around it would take the keys. */
export function keepKeys(event: KeyboardEvent): void {
  if (event.key !== 'Escape') event.stopPropagation()
}

/** Asks for the fields of the step's apps. Nothing where it has none. */
export function AskCredentials() {
  const offering = use(Context)
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState<Readonly<Record<string, Record<string, string>>>>({})
  const apps = Object.entries(offering?.apps ?? {}).filter(([, { fields }]) => Object.keys(fields).length > 0)
  if (offering === undefined || apps.length === 0) return null
  if (!open) {
    return (
      <Button size="small" onKeyDown={keepKeys} onClick={() => setOpen(true)}>
        {offering.auth === undefined ? 'Give a credential…' : 'Give another credential…'}
      </Button>
    )
  }
  const whole = apps.every(([prop, { fields }]) =>
    Object.entries(fields).every(([name, { optional }]) => optional || (typed[prop]?.[name] ?? '') !== '')
  )
  const give = (): void =>
    offering.give(Object.fromEntries(apps.map(([prop]) => [prop, { fields: typed[prop] ?? {} }])))
  return (
    <form
      className="flex flex-col gap-2.5 border-t px-1 pt-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (whole) give()
      }}
    >
      <p className="text-xs text-ink-3">Used to ask for these choices, kept in this page’s memory only.</p>
      {apps.flatMap(([prop, { fields }]) =>
        Object.entries(fields).map(([name, { label, secret, optional }]) => {
          const Control = secret ? SecretInput : Input
          return (
            <Field key={`${prop} ${name}`} label={label} required={!optional}>
              {(ids) => (
                <Control
                  {...ids}
                  onKeyDown={keepKeys}
                  value={typed[prop]?.[name] ?? ''}
                  onChange={({ target }) => setTyped({ ...typed, [prop]: { ...typed[prop], [name]: target.value } })}
                />
              )}
            </Field>
          )
        })
      )}
      <Button type="submit" size="small" look="primary" disabled={!whole} onKeyDown={keepKeys}>
        Ask with it
      </Button>
    </form>
  )
}
