import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { storeKindsQuery, storesQuery, type Store } from '../../api/access.ts'
import { api, ApiProblem } from '../../api/client.ts'
import { queries } from '../../app/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Select } from '../../ui/select.tsx'
import type { JsonObject } from '../../values/json.ts'
import { fieldsOf } from './config.ts'
import { ConfigForm } from './config-form.tsx'

interface StoreDialogProps {
  /** The one whose configuration is replaced; none: a new one. */
  store?: Store
  onClose: () => void
  onSaved: (name: string) => void
}

/** A store's configuration. Its credentials are sealed on the server and do not come back: a change asks for all of it. */
export function StoreDialog({ store, onClose, onSaved }: StoreDialogProps) {
  const { data: kinds = [] } = useQuery(storeKindsQuery)
  const [name, setName] = useState(store?.name ?? '')
  const [chosen, setChosen] = useState(store?.kind)
  const [config, setConfig] = useState<JsonObject>(() => (store?.config ?? {}) as JsonObject)
  const kind = kinds.find((each) => each.kind === (chosen ?? kinds[0]?.kind))
  const save = useMutation({
    mutationFn: async () => {
      const body = { kind: kind?.kind ?? '', config }
      await api.PUT('/stores/{name}', { params: { path: { name } }, body })
      await queries.invalidateQueries({ queryKey: storesQuery.queryKey })
    },
    onSuccess: () => {
      onSaved(name)
      onClose()
    }
  })
  const mistakes = mistakesOf(save.error)
  return (
    <Dialog
      open
      width="medium"
      onOpenChange={(open) => open || onClose()}
      title={store === undefined ? 'Add a secrets store' : `Configure ${store.name}`}
      description="Runs fetch credentials from it at the moment that they need them. What it is opened with is sealed on the server and never shown again."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="store" busy={save.isPending} disabled={name === ''}>
            Save and test
          </Button>
        </>
      }
    >
      <form
        id="store"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        {store === undefined ? null : <Notice>Its credentials are not shown and have to be given again.</Notice>}
        <div className="grid grid-cols-2 gap-4">
          <Field label="Name" required hint="How bindings call it: main-vault.">
            {(ids) => (
              <Input
                {...ids}
                autoFocus
                disabled={store !== undefined}
                value={name}
                onChange={(event) => setName(event.target.value.trim())}
              />
            )}
          </Field>
          <Field label="Kind" required>
            {(ids) => (
              <Select
                {...ids}
                value={kind?.kind}
                disabled={store !== undefined}
                onChange={(next) => {
                  setChosen(next)
                  setConfig({})
                }}
                choices={kinds.map((each) => ({ value: each.kind, label: each.title }))}
              />
            )}
          </Field>
        </div>
        {kind === undefined ? null : (
          <ConfigForm
            key={kind.kind}
            fields={fieldsOf(kind.config as JsonObject)}
            config={config}
            onChange={setConfig}
            mistakes={mistakes}
          />
        )}
        {save.error === null ? null : <ErrorNotice error={save.error} />}
      </form>
    </Dialog>
  )
}

function mistakesOf(error: unknown): ReadonlyMap<string, string> {
  const mistakes = error instanceof ApiProblem ? (error.problem.errors ?? []) : []
  return new Map(mistakes.map(({ path, message }) => [path.replace(/^config\./, ''), message]))
}
