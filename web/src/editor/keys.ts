/** The editor's keys. They are for the page as a whole: while somebody types in a field or a dialog is open, only those with a modifier are. */
import { useEffect, useEffectEvent } from 'react'

export interface KeyActions {
  next: () => void
  previous: () => void
  moveDown: () => void
  moveUp: () => void
  add: () => void
  remove: () => void
  duplicate: () => void
  undo: () => void
  redo: () => void
  save: () => void
  deploy: () => void
  yaml: () => void
  help: () => void
}

/** For the list of keys that `?` shows. */
export const KEY_WORDS: readonly { keys: readonly string[]; words: string }[] = [
  { keys: ['j', 'down'], words: 'Next step' },
  { keys: ['k', 'up'], words: 'Step before' },
  { keys: ['a', 'enter'], words: 'Add a step after the selected one' },
  { keys: ['alt+down'], words: 'Move the step down, also into an each' },
  { keys: ['alt+up'], words: 'Move the step up' },
  { keys: ['d'], words: 'Duplicate the step' },
  { keys: ['backspace'], words: 'Remove the step' },
  { keys: ['tab'], words: 'Into the step’s form' },
  { keys: ['y'], words: 'YAML and back' },
  { keys: ['mod+z'], words: 'Undo' },
  { keys: ['mod+shift+z'], words: 'Redo' },
  { keys: ['mod+s'], words: 'Save now' },
  { keys: ['mod+enter'], words: 'Deploy' },
  { keys: ['mod+k'], words: 'Everything else, by name' },
  { keys: ['?'], words: 'This list' }
]

const TYPING = 'input, textarea, select, [contenteditable="true"], [role="combobox"], [role="menu"], [role="listbox"]'

/** What a key means; `undefined` where it is not one of the editor's. */
function meaning(event: KeyboardEvent): keyof KeyActions | undefined {
  const mod = event.metaKey || event.ctrlKey
  const target = event.target instanceof Element ? event.target : null
  const typing = target?.closest(TYPING) !== null && target !== null
  if (target?.closest('[role="dialog"], [role="alertdialog"]')) return undefined
  if (mod) return withModifier(event, typing)
  if (typing) return undefined
  if (event.altKey) return event.key === 'ArrowDown' ? 'moveDown' : event.key === 'ArrowUp' ? 'moveUp' : undefined
  // Space and Enter press what has the focus, but a row is selected already.
  if (event.key === 'Enter') return target?.closest('button, a') && !target.closest('[data-row]') ? undefined : 'add'
  return PLAIN[event.key]
}

const PLAIN: Readonly<Record<string, keyof KeyActions>> = {
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  a: 'add',
  d: 'duplicate',
  y: 'yaml',
  Backspace: 'remove',
  Delete: 'remove',
  '?': 'help'
}

function withModifier(event: KeyboardEvent, typing: boolean): keyof KeyActions | undefined {
  switch (event.key.toLowerCase()) {
    case 's':
      return 'save'
    case 'enter':
      return 'deploy'
    case 'z':
      // A field undoes its own typing.
      return typing ? undefined : event.shiftKey ? 'redo' : 'undo'
    case 'y':
      return typing ? undefined : 'redo'
    default:
      return undefined
  }
}

export function useEditorKeys(actions: KeyActions): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const action = meaning(event)
    if (action === undefined) return
    // A radio button refuses every Enter, also one that is not for it.
    if (event.defaultPrevented && !(event.metaKey || event.ctrlKey)) return
    event.preventDefault()
    actions[action]()
  })
  useEffect(() => {
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}
