import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { saveAccount } from '../api/access.ts'
import { api, body } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Input, SecretInput } from '../ui/field.tsx'
import { Markdown } from '../ui/markdown.tsx'
import { ErrorNotice, Notice } from '../ui/notice.tsx'
import { Select } from '../ui/select.tsx'
import { chosenSet, requiredFields } from './binding.ts'

/** What of an app a form for its credentials needs. */
export interface ConnectableApp {
  app: string
  name: string
  fields: Record<string, { label: string; description?: string; secret: boolean; optional: boolean }>
  one_of?: string[][]
  optional: boolean
  unlisted?: boolean
}

interface ConnectAccountProps {
  app: ConnectableApp
  /** Of an account that is there already: its values are replaced. */
  name?: string
  onClose: () => void
  onConnected?: (name: string) => void
}

/**
 * Connects an account, tested before it is saved. The values are in this form only while it is open; they go to the server
 * once to be tested and once to be kept, and never come back.
 */
export function ConnectAccount({ app, name: known, onClose, onConnected }: ConnectAccountProps) {
  const [name, setName] = useState(known ?? '')
  const [values, setValues] = useState<Record<string, string>>({})
  const [set, setSet] = useState<readonly string[]>(() => chosenSet(app.one_of ?? [], new Set()))
  const fields = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
  const test = useMutation({ mutationFn: () => testFields(app, fields) })
  const save = useMutation({
    mutationFn: () => saveAccount(app.app, name.trim(), fields, app.unlisted === true),
    onSuccess: () => {
      onConnected?.(name.trim())
      onClose()
    }
  })
  const required = requiredFields(app, new Set(set))
  const complete = name.trim() !== '' && required.every((field) => fields[field] !== undefined)
  async function submit() {
    const tested = await test.mutateAsync().catch(() => undefined)
    if (tested?.ok === true) save.mutate()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={known === undefined ? `Connect ${app.name}` : `New values for ${known}`}
      description="The values are sealed on the server, and are never shown again. Every run of a step that uses the account acts as it."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {test.data?.ok === false || test.error !== null ? (
            <Button busy={save.isPending} disabled={!complete} onClick={() => save.mutate()}>
              Save anyway
            </Button>
          ) : null}
          <Button
            look="primary"
            type="submit"
            form="connect-account"
            busy={test.isPending || save.isPending}
            disabled={!complete}
          >
            Test and save
          </Button>
        </>
      }
    >
      <form
        id="connect-account"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {known === undefined ? (
          <Field label="Name" required hint="How steps call it: acme-bot. Letters, digits, spaces and any of _ . @ -">
            {(ids) => <Input {...ids} autoFocus value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
        ) : null}
        <SetChoice app={app} set={set} onChoose={setSet} />
        {shownFields(app, set).map((field) => (
          <CredentialField
            key={field}
            definition={app.fields[field]}
            name={field}
            required={required.includes(field)}
            value={values[field] ?? ''}
            onChange={(value) => {
              setValues({ ...values, [field]: value })
              test.reset()
            }}
          />
        ))}
        {test.data === undefined ? null : <Notice tone={test.data.ok ? 'good' : 'bad'} title={test.data.says} />}
        {test.error === null ? null : <ErrorNotice error={test.error} />}
        {save.error === null ? null : <ErrorNotice error={save.error} />}
      </form>
    </Dialog>
  )
}

function testFields(app: ConnectableApp, fields: Record<string, string>) {
  return body(api.POST('/accounts/test', { body: { app: app.app, fields } }))
}

function shownFields(app: ConnectableApp, set: readonly string[]): string[] {
  const inSets = new Set((app.one_of ?? []).flat())
  return Object.keys(app.fields).filter((name) => set.includes(name) || !inSets.has(name))
}

interface SetChoiceProps {
  app: ConnectableApp
  set: readonly string[]
  onChoose: (set: readonly string[]) => void
}

function SetChoice({ app, set, onChoose }: SetChoiceProps) {
  const sets = app.one_of ?? []
  if (sets.length < 2) return null
  return (
    <Field label="Signs in with">
      {(ids) => (
        <Select
          {...ids}
          value={String(sets.findIndex((each) => each === set))}
          onChange={(index) => onChoose(sets[Number(index)] ?? [])}
          choices={sets.map((each, index) => ({
            value: String(index),
            label: each.map((name) => app.fields[name]?.label ?? name).join(' and ')
          }))}
        />
      )}
    </Field>
  )
}

interface CredentialFieldProps {
  name: string
  definition: ConnectableApp['fields'][string] | undefined
  required: boolean
  value: string
  onChange: (value: string) => void
}

function CredentialField({ name, definition, required, value, onChange }: CredentialFieldProps) {
  const Control = definition?.secret === false ? Input : SecretInput
  return (
    <Field
      label={definition?.label ?? name}
      required={required}
      hint={definition?.description === undefined ? undefined : <Markdown text={definition.description} />}
    >
      {(ids) => <Control {...ids} value={value} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  )
}
