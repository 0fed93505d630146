/** CodeMirror for the text of a definition. Its history is the editor's, so that undo goes over both views. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type CompletionSource
} from '@codemirror/autocomplete'
import { defaultKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import {
  bracketMatching,
  HighlightStyle,
  syntaxHighlighting,
  foldGutter,
  indentOnInput,
  indentUnit
} from '@codemirror/language'
import { tags } from '@lezer/highlight'
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { Annotation, EditorState, type Text } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  type ViewUpdate
} from '@codemirror/view'
import type { Mistake } from '../../api/client.ts'
import { codeTheme } from '../../forms/code-theme.ts'
import type { WorkflowDocument } from '../document.ts'
import { changeBetween } from './places.ts'

/** Keys are what a definition is read by. */
const keys = HighlightStyle.define([{ tag: tags.definition(tags.propertyName), color: 'var(--accent-ink)' }])

/** Changes that come from elsewhere: they are not handed on again. */
const fromElsewhere = Annotation.define<boolean>()

export interface YamlHandlers {
  changed: (text: string) => void
  /** The cursor went elsewhere. */
  moved: (offset: number) => void
  undo: () => void
  redo: () => void
  complete: CompletionSource
}

export function makeYamlEditor(parent: HTMLElement, text: string, handlers: YamlHandlers): EditorView {
  const own = (run: () => void) => () => {
    run()
    return true
  }
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        foldGutter(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        drawSelection(),
        highlightSelectionMatches(),
        indentUnit.of('  '),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [handlers.complete] }),
        yaml(),
        syntaxHighlighting(keys),
        codeTheme,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': 'The workflow as YAML', spellcheck: 'false' }),
        keymap.of([
          { key: 'Mod-z', run: own(handlers.undo), preventDefault: true },
          { key: 'Mod-y', run: own(handlers.redo), preventDefault: true },
          { key: 'Mod-Shift-z', run: own(handlers.redo), preventDefault: true },
          ...closeBracketsKeymap,
          // What the page does with it, a line break does not.
          ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
          ...searchKeymap,
          ...completionKeymap,
          ...lintKeymap,
          indentWithTab
        ]),
        EditorView.updateListener.of((update) => tell(update, handlers))
      ]
    })
  })
}

function tell(update: ViewUpdate, handlers: YamlHandlers): void {
  if (update.transactions.some((each) => each.annotation(fromElsewhere) === true)) return
  if (update.docChanged) handlers.changed(update.state.doc.toString())
  if (update.selectionSet || update.docChanged) handlers.moved(update.state.selection.main.head)
}

/** Shows a text that was changed elsewhere; the cursor stays where it was in it. */
export function showText(view: EditorView, text: string): void {
  const changes = changeBetween(view.state.doc.toString(), text)
  if (changes !== undefined) view.dispatch({ changes, annotations: fromElsewhere.of(true) })
}

/** Puts a place at the top, and the cursor there. */
export function showPlace(view: EditorView, offset: number, focus = false): void {
  const anchor = Math.min(offset, view.state.doc.length)
  view.dispatch({
    selection: { anchor },
    effects: EditorView.scrollIntoView(anchor, { y: 'start', yMargin: 40 }),
    annotations: fromElsewhere.of(true)
  })
  if (focus) view.focus()
}

/** What is wrong with the text, in its lines. */
export function showMistakes(view: EditorView, problems: readonly Diagnostic[]): void {
  view.dispatch(setDiagnostics(view.state, [...problems]))
}

export interface Placed {
  message: string
  severity: 'error' | 'warning'
  line: number
  column: number
}

/** Mistakes with a place, the text's own first: while it does not parse there are no others. */
export function placed(
  document: WorkflowDocument,
  mistakes: readonly Mistake[],
  warnings: readonly Mistake[]
): Placed[] {
  if (document.errors.length > 0) return document.errors.map((error) => ({ ...error, severity: 'error' }))
  const at =
    (severity: Placed['severity']) =>
    (mistake: Mistake): Placed => ({
      message: [
        mistake.message,
        mistake.expected && `expected ${mistake.expected}`,
        mistake.suggestion && `write ${mistake.suggestion}`
      ]
        .filter(Boolean)
        .join('; '),
      severity,
      line: mistake.line ?? 1,
      column: mistake.column ?? 1
    })
  return [...mistakes.map(at('error')), ...warnings.map(at('warning'))]
}

/** From the place of a mistake to the end of what stands there. */
export function diagnosticOf(text: Text, { line, column, message, severity }: Placed): Diagnostic {
  const found = text.line(Math.min(Math.max(line, 1), text.lines))
  const from = Math.min(found.from + column - 1, found.to)
  const rest = /^\s*\S+/.exec(found.text.slice(from - found.from))?.[0].length ?? 0
  return { from, to: Math.max(from, Math.min(from + rest, found.to)), severity, message }
}
