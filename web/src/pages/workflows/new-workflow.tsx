import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ClipboardPaste, FilePlus2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { examplesQuery, makeDraft } from '../../api/workflows.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input, Textarea } from '../../ui/field.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'

type Beginning = { kind: 'blank' } | { kind: 'yaml' } | { kind: 'example'; name: string }

/** A draft from nothing, from an example, or from YAML. */
export function NewWorkflow({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [from, setFrom] = useState<Beginning>({ kind: 'blank' })
  const [name, setName] = useState('')
  const [text, setText] = useState('')
  const navigate = useNavigate()
  const make = useMutation({
    mutationFn: () => makeDraft(draftOf(from, name, text)),
    onSuccess: async (made) => {
      onOpenChange(false)
      await navigate({ to: '/workflows/$name', params: { name: made } })
    }
  })
  const named = from.kind !== 'yaml'
  const ready = named ? name !== '' : text.trim() !== ''
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New workflow"
      width="medium"
      description="It is a draft until you deploy it. Its address is there at once, so that you can send it test events."
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button look="primary" type="submit" form="new-workflow" busy={make.isPending} disabled={!ready}>
            Make the draft
          </Button>
        </>
      }
    >
      <form
        id="new-workflow"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <Beginnings chosen={from} onChoose={setFrom} />
        {named ? (
          <Field
            label="Name"
            required
            hint="Lower-case words joined by hyphens. Runs, logs and the address bar show it."
          >
            {(ids) => (
              <Input
                {...ids}
                autoFocus
                value={name}
                placeholder="notify-customer"
                onChange={(event) => setName(slug(event.target.value))}
              />
            )}
          </Field>
        ) : (
          <Field label="YAML" required>
            {(ids) => (
              <Textarea
                {...ids}
                autoFocus
                rows={10}
                className="font-mono text-xs"
                value={text}
                placeholder={'name: notify-customer\ntrigger: { type: http }\nsteps:\n  - …'}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
        )}
        {make.error === null ? null : <ErrorNotice error={make.error} />}
      </form>
    </Dialog>
  )
}

function draftOf(from: Beginning, name: string, text: string): Parameters<typeof makeDraft>[0] {
  const typed = name.replace(/-+$/, '')
  if (from.kind === 'yaml') return { text }
  return from.kind === 'blank' ? { name: typed } : { name: typed, example: from.name }
}

/** As it is typed: what cannot stand in a name becomes a hyphen. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 60)
}

function Beginnings({ chosen, onChoose }: { chosen: Beginning; onChoose: (from: Beginning) => void }) {
  const { data: examples } = useQuery(examplesQuery)
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">Begin with</legend>
      <div className="grid grid-cols-2 gap-1.5">
        <Choice checked={chosen.kind === 'blank'} onChoose={() => onChoose({ kind: 'blank' })}>
          <FilePlus2 className="size-4 text-ink-3" aria-hidden="true" /> A blank workflow
        </Choice>
        <Choice checked={chosen.kind === 'yaml'} onChoose={() => onChoose({ kind: 'yaml' })}>
          <ClipboardPaste className="size-4 text-ink-3" aria-hidden="true" /> YAML that I paste
        </Choice>
      </div>
      {examples === undefined || examples.length === 0 ? null : (
        <div className="flex max-h-56 flex-col gap-1.5 overflow-auto">
          {examples.map(({ name, title, description }) => (
            <Choice
              key={name}
              checked={chosen.kind === 'example' && chosen.name === name}
              onChoose={() => onChoose({ kind: 'example', name })}
            >
              <span className="min-w-0">
                <span className="block">{title}</span>
                <span className="block truncate text-xs text-ink-3">{description}</span>
              </span>
            </Choice>
          ))}
        </div>
      )}
    </fieldset>
  )
}

function Choice({ checked, onChoose, children }: { checked: boolean; onChoose: () => void; children: ReactNode }) {
  return (
    <label className="flex cursor-pointer items-center gap-2.5 rounded-md border px-3 py-2 hover:bg-canvas has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent">
      <input type="radio" name="beginning" className="sr-only" checked={checked} onChange={onChoose} />
      {children}
    </label>
  )
}
