import { X } from 'lucide-react'
import { useState } from 'react'
import type { Mistake } from '../api/client.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Markdown } from '../ui/markdown.tsx'
import { Notice } from '../ui/notice.tsx'
import { Control, hasChoices, type ControlProps, type Mode } from './prop-control.tsx'
import { isTemplate, keepsType } from './prop-value.ts'
import type { PropForm } from './step-offers.ts'

interface PropFieldProps extends Omit<ControlProps, 'ids'> {
  mistakes: readonly Mistake[]
  /** Takes an optional field out of the form; absent where it stays. */
  onRemove?: () => void
}

/** One prop of a step: what it is called, its control, what its author says of it and what is wrong with it. */
export function PropField({ mistakes, onRemove, ...props }: PropFieldProps) {
  const { prop, value } = props
  const [chosen, setChosen] = useState<Mode>()
  if (prop.type === 'alert') return <Alert prop={prop} />
  if (prop.type === 'dir') return null
  const mode = chosen ?? modeOf(props)
  return (
    <Field
      label={prop.label ?? prop.name}
      required={!prop.optional}
      aside={
        <span className="flex items-center gap-0.5">
          <Modes prop={prop} mode={mode} onChoose={setChosen} />
          {onRemove === undefined ? null : (
            <IconButton label={`Remove ${prop.label ?? prop.name}`} size="small" onClick={onRemove}>
              <X className="size-3.5" />
            </IconButton>
          )}
        </span>
      }
      error={mistakes.length === 0 ? undefined : <Markdown text={mistakes.map(wordsOf).join('\n\n')} />}
      {...(prop.description === undefined ? {} : { hint: <Markdown text={prop.description} /> })}
    >
      {(ids) => (
        <>
          <Control {...props} ids={ids} mode={mode} />
          {mode === 'reference' && isTemplate(value) && !keepsType(value) && !isText(prop) ? (
            <p className="text-xs text-warn-ink">
              A reference inside of text makes text. Alone it keeps what it finds: a {kindWord(prop)}.
            </p>
          ) : null}
        </>
      )}
    </Field>
  )
}

/** A mistake in one sentence, with what to write instead. */
export function wordsOf({ message, expected, suggestion }: Mistake): string {
  const first = message.charAt(0).toUpperCase() + message.slice(1)
  const instead = suggestion === undefined ? '' : ` Write ${suggestion}.`
  return `${first}${expected === undefined ? '' : ` (expected ${expected})`}.${instead}`
}

function isText({ type }: PropForm): boolean {
  return type === 'string' || type === 'any'
}

function kindWord({ type }: PropForm): string {
  if (type.endsWith('[]')) return 'list'
  return { integer: 'number', boolean: 'true or false' }[type] ?? type
}

/** Text takes references where it stands; anything else takes one in its place. */
function modeOf({ prop, value }: Pick<PropFieldProps, 'prop' | 'value'>): Mode {
  if (prop.type === 'any') return value === undefined || typeof value === 'string' ? 'value' : 'json'
  return isTemplate(value) && (prop.type !== 'string' || hasChoices(prop)) ? 'reference' : 'value'
}

interface ModesProps {
  prop: PropForm
  mode: Mode
  onChoose: (mode: Mode) => void
}

/** The other way to give the value. */
function Modes({ prop, mode, onChoose }: ModesProps) {
  const other = otherMode(prop, mode)
  if (other === undefined) return null
  return (
    <Button
      size="small"
      look="quiet"
      className="h-5! px-1.5! font-normal! text-ink-3! hover:text-ink!"
      onClick={() => onChoose(other.mode)}
    >
      {other.words}
    </Button>
  )
}

function otherMode(prop: PropForm, mode: Mode): { mode: Mode; words: string } | undefined {
  if (prop.disabled || prop.literal || prop.secret || prop.type === 'store' || prop.type === 'data_store')
    return undefined
  if (prop.type === 'any')
    return mode === 'json' ? { mode: 'value', words: 'As text' } : { mode: 'json', words: 'As JSON' }
  if (prop.type === 'string' && !hasChoices(prop)) return undefined
  return mode === 'reference'
    ? { mode: 'value', words: backWords(prop) }
    : { mode: 'reference', words: 'Use a reference' }
}

function backWords(prop: PropForm): string {
  if (hasChoices(prop)) return 'Choose from a list'
  if (prop.type.endsWith('[]')) return 'Write a list'
  return prop.type === 'boolean' ? 'Use a switch' : prop.type === 'integer' ? 'Write a number' : 'Write it out'
}

const TONES: Readonly<Record<string, 'info' | 'warn' | 'bad'>> = { warning: 'warn', error: 'bad' }

function Alert({ prop }: { prop: PropForm }) {
  return (
    <Notice tone={TONES[prop.alert_type ?? ''] ?? 'info'}>
      <Markdown text={prop.content ?? ''} />
    </Notice>
  )
}
