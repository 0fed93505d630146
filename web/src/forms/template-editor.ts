/** The editor of a template, without what React draws in it. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { Annotation, Compartment, EditorState, Prec, type Extension } from '@codemirror/state'
import { drawSelection, dropCursor, EditorView, keymap, placeholder } from '@codemirror/view'
import { plainTheme } from './code-theme.ts'
import { HandedOn } from './handed-on.ts'
import { chips, oneLine, type ChipSlots } from './template-state.ts'

/** A change that did not come from the person. */
const outside = Annotation.define<true>()

export interface TemplateEvents {
  changed: (text: string) => void
  /** Called when `{{` or, at the beginning of a word, `/` is typed, with the place of it. */
  asked: (from: number, to: number) => void
  /** Called after every change of the text and of the cursor, with what stands before the cursor. */
  moved: (before: string) => void
  /** @returns whether it has taken the key, so that the editor does not */
  pressed: (key: string) => boolean
  items: () => readonly string[]
}

export class TemplateEditor {
  readonly view: EditorView
  /** What was handed on and has not come back from outside yet. */
  readonly #handedOn = new HandedOn()
  readonly #attributes = new Compartment()
  readonly #settings = new Compartment()

  constructor(parent: HTMLElement, text: string, multiline: boolean, slots: ChipSlots, events: TemplateEvents) {
    const state = EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(
          EditorView.domEventHandlers({ keydown: (event) => !modified(event) && events.pressed(event.key) })
        ),
        history(),
        drawSelection(),
        dropCursor(),
        multiline ? [] : keymap.of([{ key: 'Enter', run: () => true, shift: () => true }]),
        keymap.of([
          ...historyKeymap,
          ...defaultKeymap.filter(({ key }) => multiline || (key !== 'Enter' && key !== 'Mod-Enter'))
        ]),
        multiline ? [] : oneLine,
        EditorView.lineWrapping,
        fieldLook,
        plainTheme,
        chips(slots, events.items),
        this.#attributes.of([]),
        this.#settings.of([]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged || update.selectionSet) {
            events.moved(update.state.sliceDoc(0, update.state.selection.main.head))
          }
          if (!update.docChanged || update.transactions.some((one) => one.annotation(outside) === true)) return
          const text = update.state.doc.toString()
          this.#handedOn.add(text)
          events.changed(text)
          const asked = update.transactions.some((one) => one.isUserEvent('input.type'))
            ? askedAt(update.state)
            : undefined
          if (asked !== undefined) events.asked(asked.from, asked.to)
        })
      ]
    })
    this.view = new EditorView({ state, parent })
  }

  /** What the field shows from outside. */
  set(text: string): void {
    const { state } = this.view
    if (this.#handedOn.isOwn(text) || state.doc.toString() === text) return
    this.view.dispatch({ changes: { from: 0, to: state.doc.length, insert: text }, annotations: outside.of(true) })
  }

  /** @param attributes of the element that is written in, as a JSON object */
  configure(attributes: string, hint: string, disabled: boolean): void {
    const values = Object.entries(JSON.parse(attributes) as Record<string, unknown>)
    const texts = Object.fromEntries(values.map(([name, value]) => [name, String(value)]))
    const settings: Extension[] = [
      placeholder(hint),
      EditorState.readOnly.of(disabled),
      EditorView.editable.of(!disabled)
    ]
    this.view.dispatch({
      effects: [
        this.#attributes.reconfigure(EditorView.contentAttributes.of(texts)),
        this.#settings.reconfigure(settings)
      ]
    })
  }

  /** Puts a text in place of another and the cursor behind it. */
  replace(from: number, to: number, insert: string): void {
    this.view.dispatch({
      changes: { from, to, insert },
      selection: { anchor: from + insert.length },
      userEvent: 'input.complete',
      scrollIntoView: true
    })
    this.view.focus()
  }

  /** Puts the cursor somewhere; inside of a chip, that is text then. */
  goTo(place: number): void {
    this.view.focus()
    this.view.dispatch({ selection: { anchor: place } })
  }
}

function modified({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey
}

function askedAt(state: EditorState): { from: number; to: number } | undefined {
  const { head } = state.selection.main
  const before = state.sliceDoc(Math.max(0, head - 2), head)
  if (before === '{{') return { from: head - 2, to: head }
  const word = before.endsWith('/') && /^(?:\/|\s\/)$/.test(before) && (before.length === 2 || head === 1)
  return word ? { from: head - 1, to: head } : undefined
}

const fieldLook = EditorView.theme({
  '.cm-scroller': { fontFamily: 'var(--font-sans)', lineHeight: '1.375rem', overflowX: 'hidden' },
  '.cm-content': { padding: '4px 0', minWidth: '0' },
  '.cm-line': { padding: '0' },
  '.cm-raw-reference': { fontFamily: 'var(--font-mono)', fontSize: '0.75rem', color: 'var(--accent-ink)' },
  '&[aria-readonly] .cm-content': { color: 'var(--ink-3)' }
})
