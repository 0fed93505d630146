import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { saveVariable, type EnvSecret } from '../../api/environment.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input, SecretInput } from '../../ui/field.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Select } from '../../ui/select.tsx'

/** A secret of the environment: its value, where it may go, and where in a request it may stand. */
export function SecretDialog({ secret, onClose }: { secret?: EnvSecret; onClose: () => void }) {
  const [name, setName] = useState(secret?.name ?? '')
  const [value, setValue] = useState('')
  const [hosts, setHosts] = useState(secret?.hosts.join(', ') ?? '')
  const [headers, setHeaders] = useState(headersText(secret))
  const [anyHeader, setAnyHeader] = useState(secret === undefined || secret.places.headers === true)
  const [query, setQuery] = useState(secret?.places.query.join(', ') ?? '')
  const [body, setBody] = useState(secret?.places.body.join(', ') ?? '')
  const save = useMutation({
    mutationFn: () =>
      saveVariable(name, {
        value,
        hosts: listOf(hosts),
        headers: anyHeader ? true : listOf(headers),
        query: listOf(query),
        body: listOf(body)
      }),
    onSuccess: onClose
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={secret === undefined ? 'Add a secret' : `New value for ${secret.name}`}
      description="The value is sealed on the server, and is never shown again. You say where it may go; workflows cannot widen that."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            type="submit"
            form="env-secret"
            busy={save.isPending}
            disabled={name === '' || value === ''}
          >
            Save
          </Button>
        </>
      }
    >
      <form
        id="env-secret"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        {secret === undefined ? (
          <Field label="Name" required hint="Letters, digits and _: INTERNAL_API_KEY">
            {(ids) => (
              <Input
                {...ids}
                autoFocus
                className="font-mono"
                value={name}
                onChange={({ target }) => setName(target.value.replaceAll(/\W/g, '_'))}
              />
            )}
          </Field>
        ) : null}
        <Field label="Value" required>
          {(ids) => <SecretInput {...ids} value={value} onChange={({ target }) => setValue(target.value)} />}
        </Field>
        <Field
          label="Hosts"
          hint="The exact hosts that it may go to, separated by commas. With none it may go nowhere."
        >
          {(ids) => (
            <Input
              {...ids}
              placeholder="api.example.com"
              value={hosts}
              onChange={({ target }) => setHosts(target.value)}
            />
          )}
        </Field>
        <Field label="Headers in which it may stand">
          {(ids) => (
            <Select
              {...ids}
              value={anyHeader ? 'any' : 'some'}
              onChange={(choice) => setAnyHeader(choice === 'any')}
              choices={[
                { value: 'any', label: 'Any header' },
                { value: 'some', label: 'Only these, or none' }
              ]}
            />
          )}
        </Field>
        {anyHeader ? null : (
          <Names label="Names of headers" value={headers} onChange={setHeaders} placeholder="x-api-key" />
        )}
        <Names label="Query parameters in which it may stand" value={query} onChange={setQuery} placeholder="none" />
        <Names label="Body fields in which it may stand" value={body} onChange={setBody} placeholder="none" />
        {save.error === null ? null : <ErrorNotice error={save.error} />}
      </form>
    </Dialog>
  )
}

interface NamesProps {
  label: string
  value: string
  placeholder: string
  onChange: (text: string) => void
}

function Names({ label, value, placeholder, onChange }: NamesProps) {
  return (
    <Field label={label}>
      {(ids) => (
        <Input {...ids} placeholder={placeholder} value={value} onChange={({ target }) => onChange(target.value)} />
      )}
    </Field>
  )
}

function headersText(secret: EnvSecret | undefined): string {
  const headers = secret?.places.headers
  return Array.isArray(headers) ? headers.join(', ') : ''
}

function listOf(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
