import { useQuery } from '@tanstack/react-query'
import { ChevronDown, KeyRound, Lock, Plus, UserRoundCheck, Vault } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { accountsQuery, type Account } from '../api/access.ts'
import { useChecked } from '../editor/check.ts'
import { useEditor } from '../editor/context.tsx'
import { readAt, setAt } from '../editor/document.ts'
import type { FormApp } from '../editor/step-form.ts'
import type { StepNode } from '../editor/steps.ts'
import { Button } from '../ui/button.tsx'
import { CodeWords } from '../ui/code-words.tsx'
import { Popover } from '../ui/popover.tsx'
import { Badge } from '../ui/status.tsx'
import type { JsonObject } from '../values/json.ts'
import { BADGES, readBinding, type Binding, type BindingKind } from './binding.ts'
import { ConnectAccount } from './connect-account.tsx'
import { RuntimeBinding } from './runtime-binding.tsx'
import { StoreBinding } from './store-binding.tsx'

const ICONS: Record<BindingKind, ReactNode> = {
  none: <KeyRound className="size-3.5" aria-hidden="true" />,
  account: <UserRoundCheck className="size-3.5" aria-hidden="true" />,
  runtime: <Lock className="size-3.5" aria-hidden="true" />,
  store: <Vault className="size-3.5" aria-hidden="true" />
}

interface AppAccessProps {
  step: StepNode
  /** The name under the step's `auth`. */
  prop: string
  app: FormApp
}

/** The account selector: which of the ways a step gets this app's credentials, and what it takes. */
export function AppAccess({ step, prop, app }: AppAccessProps) {
  const { document, edit } = useEditor()
  const [open, setOpen] = useState(false)
  const [connecting, setConnecting] = useState(false)
  const path = [...step.path, 'auth', prop]
  const binding = readBinding(readAt(document, path))
  // What a run will do with it, in the words of the server, who knows where it may go.
  const says = useChecked().plan?.steps.find(({ name }) => name === step.name)?.auth[prop]?.says
  const bind = (written: JsonObject | undefined): void => {
    edit((now) => setAt(now, path, written === undefined ? undefined : { ...keptOf(readAt(now, path)), ...written }))
    setOpen(false)
  }
  return (
    <div className="flex flex-col gap-2.5">
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-sm font-medium">
          {app.name} account{app.optional ? <span className="ml-1 font-normal text-ink-3">(optional)</span> : null}
        </h3>
        <Badge tone={binding.kind === 'none' ? (app.optional ? 'plain' : 'warn') : 'brass'}>
          {ICONS[binding.kind]}
          {BADGES[binding.kind]}
        </Badge>
      </div>
      <Popover
        open={open}
        onOpenChange={setOpen}
        label={`${app.name} account`}
        className="w-(--radix-popover-trigger-width)"
        trigger={
          <button
            type="button"
            aria-label={`${app.name} account: ${chosenWords(binding)}`}
            className="flex h-9 w-full items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-left text-sm hover:border-ink-3"
          >
            <span className={binding.kind === 'none' ? 'text-ink-3' : 'text-brass-ink'}>{ICONS[binding.kind]}</span>
            <span className={`min-w-0 flex-1 truncate ${binding.kind === 'none' ? 'text-ink-3' : ''}`}>
              {chosenWords(binding)}
            </span>
            <ChevronDown className="size-3.5 text-ink-3" aria-hidden="true" />
          </button>
        }
      >
        <Choices
          app={app}
          binding={binding}
          onBind={bind}
          onConnect={() => {
            setOpen(false)
            setConnecting(true)
          }}
        />
      </Popover>
      <p className="min-h-9 text-xs text-ink-3">{says === undefined ? null : <CodeWords text={says} />}</p>
      {binding.kind === 'runtime' ? <RuntimeBinding step={step} prop={prop} app={app} fields={binding.fields} /> : null}
      {binding.kind === 'store' ? <StoreBinding step={step} prop={prop} app={app} store={binding.store} /> : null}
      {connecting ? (
        <ConnectAccount app={app} onClose={() => setConnecting(false)} onConnected={(account) => bind({ account })} />
      ) : null}
    </div>
  )
}

/** What of a binding is of no one way: where an app that is in no catalogue may be sent its credentials. */
function keptOf(written: ReturnType<typeof readAt>): JsonObject {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return {}
  const { account: _account, runtime: _runtime, store: _store, ...kept } = written
  return kept
}

function chosenWords(binding: Binding): string {
  switch (binding.kind) {
    case 'none':
      return 'Choose an account…'
    case 'account':
      return binding.account
    case 'runtime':
      return 'Credentials that come at run time'
    case 'store':
      return typeof binding.store['from'] === 'string' && binding.store['from'] !== ''
        ? `From ${binding.store['from']}`
        : 'From a secrets store'
  }
}

interface ChoicesProps {
  app: FormApp
  binding: Binding
  onBind: (written: JsonObject | undefined) => void
  onConnect: () => void
}

function Choices({ app, binding, onBind, onConnect }: ChoicesProps) {
  const { data: accounts } = useQuery(accountsQuery)
  const mine = accounts?.filter((account) => account.app === app.app) ?? []
  return (
    <div className="flex flex-col">
      <div role="listbox" aria-label="Connected accounts" className="max-h-56 overflow-auto p-1">
        {mine.length === 0 ? (
          <p className="px-2 py-3 text-sm text-ink-3">No {app.name} account is connected yet.</p>
        ) : null}
        {mine.map((account) => (
          <AccountChoice
            key={account.name}
            account={account}
            chosen={binding.kind === 'account' && binding.account === account.name}
            onChoose={() => onBind({ account: account.name })}
          />
        ))}
        <button
          type="button"
          onClick={onConnect}
          className="flex w-full items-center gap-2 rounded px-2 py-1.5 text-left text-sm hover:bg-hover"
        >
          <Plus className="size-3.5 text-ink-3" aria-hidden="true" /> Connect new account…
        </button>
      </div>
      <div className="flex flex-wrap items-center justify-end gap-1 border-t p-1.5">
        {binding.kind === 'none' || !app.optional ? null : (
          <Button look="quiet" size="small" className="mr-auto" onClick={() => onBind(undefined)}>
            None
          </Button>
        )}
        <Button look="quiet" size="small" onClick={() => onBind({ store: { from: '' } })}>
          <Vault className="size-3.5" aria-hidden="true" />
          From a secrets store
        </Button>
        <Button look="plain" size="small" onClick={() => onBind({ runtime: emptyFields(app) })}>
          <Lock className="size-3.5 text-brass-ink" aria-hidden="true" />
          Use runtime authentication
        </Button>
      </div>
    </div>
  )
}

/** Every field that has to be given, waiting for its reference. */
function emptyFields(app: FormApp): JsonObject {
  const [first] = app.one_of ?? []
  const asked = first ?? Object.keys(app.fields).filter((name) => app.fields[name]?.optional !== true)
  return Object.fromEntries(asked.map((name) => [name, '']))
}

interface AccountChoiceProps {
  account: Account
  chosen: boolean
  onChoose: () => void
}

function AccountChoice({ account, chosen, onChoose }: AccountChoiceProps) {
  return (
    <button
      type="button"
      role="option"
      aria-selected={chosen}
      onClick={onChoose}
      className="flex w-full items-center gap-2 rounded px-2 py-1.5 text-left text-sm hover:bg-hover aria-selected:bg-hover"
    >
      <UserRoundCheck className="size-3.5 text-ink-3" aria-hidden="true" />
      <span className="flex-1 truncate">{account.name}</span>
      <span className="text-xs text-ink-3">{account.fields.join(', ')}</span>
    </button>
  )
}
