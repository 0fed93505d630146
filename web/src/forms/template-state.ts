/**
 * A template in CodeMirror: what stands between braces is a chip, one thing to the cursor. The one that the cursor is put inside
 * of is text, to be edited.
 */
import { EditorState, StateEffect, StateField, type Extension, type Range, type Transaction } from '@codemirror/state'
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view'
import { parseTemplate, type Braces } from '../values/reference.ts'

/** A place in the editor where a chip is drawn, and what it is of. */
export interface ChipSlot {
  element: HTMLElement
  part: Braces
  /** As it is written, with its braces. */
  text: string
}

/** The chips of an editor, for React to draw. */
export class ChipSlots {
  #slots: readonly ChipSlot[] = []
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly now = (): readonly ChipSlot[] => this.#slots

  add(slot: ChipSlot): void {
    this.#change([...this.#slots, slot])
  }

  remove(element: HTMLElement): void {
    this.#change(this.#slots.filter((slot) => slot.element !== element))
  }

  #change(slots: readonly ChipSlot[]): void {
    this.#slots = slots
    // CodeMirror draws while it updates, and React must not in the middle of that.
    queueMicrotask(() => {
      for (const listener of this.#listeners) listener()
    })
  }
}

class ChipWidget extends WidgetType {
  readonly #slots: ChipSlots
  readonly #part: Braces
  readonly text: string

  constructor(slots: ChipSlots, part: Braces, text: string) {
    super()
    this.#slots = slots
    this.#part = part
    this.text = text
  }

  override eq(other: ChipWidget): boolean {
    return other.text === this.text
  }

  override toDOM(): HTMLElement {
    const element = document.createElement('span')
    element.className = 'cm-chip'
    this.#slots.add({ element, part: this.#part, text: this.text })
    return element
  }

  override destroy(element: HTMLElement): void {
    this.#slots.remove(element)
  }
}

interface Chips {
  focused: boolean
  shown: DecorationSet
  chips: DecorationSet
}

const focusing = StateEffect.define<boolean>()

/** @param items names that a path may begin with besides `steps` and `env` */
export function chips(slots: ChipSlots, items: () => readonly string[]): Extension {
  const draw = (state: EditorState, focused: boolean): Chips => {
    const all = decorations(state, focused, slots, items())
    const only = all.filter(({ value }) => (value.spec as { widget?: WidgetType }).widget !== undefined)
    return { focused, shown: Decoration.set(all), chips: Decoration.set(only) }
  }
  const field = StateField.define<Chips>({
    create: (state) => draw(state, false),
    update: (chips, transaction) => {
      const focused = focusIn(transaction) ?? chips.focused
      const same = !transaction.docChanged && transaction.selection === undefined && focused === chips.focused
      return same ? chips : draw(transaction.state, focused)
    },
    provide: (field) => [
      EditorView.decorations.from(field, ({ shown }) => shown),
      EditorView.atomicRanges.of((view) => view.state.field(field).chips)
    ]
  })
  return [field, EditorView.focusChangeEffect.of((_, focused) => focusing.of(focused))]
}

function focusIn({ effects }: Transaction): boolean | undefined {
  return effects.find((effect) => effect.is(focusing))?.value
}

const RAW = Decoration.mark({ class: 'cm-raw-reference' })

function decorations(
  state: EditorState,
  focused: boolean,
  slots: ChipSlots,
  items: readonly string[]
): Range<Decoration>[] {
  const text = state.doc.toString()
  const { head } = state.selection.main
  return parseTemplate(text, items).flatMap((part) => {
    if (part.kind === 'text') return []
    const { from, to } = part
    const inside = focused && from < head && head < to
    if (inside || !text.endsWith('}}', to)) return [RAW.range(from, to)].filter((mark) => mark.from < mark.to)
    return [Decoration.replace({ widget: new ChipWidget(slots, part, text.slice(from, to)) }).range(from, to)]
  })
}

/** A field of one line: what is pasted into it is brought on one. */
export const oneLine: Extension = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction
  const changes: { from: number; to: number; insert: string }[] = []
  transaction.changes.iterChanges((from, to, _, __, inserted) => {
    changes.push({ from, to, insert: inserted.toString().replace(/\s*\n\s*/g, ' ') })
  })
  return { changes, selection: { anchor: endOf(changes) }, scrollIntoView: true }
})

/** Where the cursor stands behind the last change. */
function endOf(changes: readonly { from: number; to: number; insert: string }[]): number {
  let shift = 0
  let end = 0
  for (const { from, to, insert } of changes) {
    end = from + shift + insert.length
    shift += insert.length - (to - from)
  }
  return end
}
