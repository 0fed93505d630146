/** Completion, findings and hovers of TypeScript in CodeMirror. */
import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { forceLinting, linter, lintGutter } from '@codemirror/lint'
import { StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state'
import { hoverTooltip, type EditorView } from '@codemirror/view'
import type { Completion } from './typing.ts'
import type { TypingClient } from './typing-client.ts'

const typesKnown = StateEffect.define<string>()

/** What `stepsTypes` says of the steps before. */
const types = StateField.define<string>({
  create: () => '',
  update: (known, { effects }) => effects.find((effect) => effect.is(typesKnown))?.value ?? known
})

/** Tells what is known of the steps before, and looks at the code again. */
export function tellTypes(view: EditorView, known: string): void {
  view.dispatch({ effects: typesKnown.of(known) })
  forceLinting(view)
}

export function typescriptSupport(client: TypingClient): Extension {
  const code = (state: EditorState) => ({ text: state.doc.toString(), types: state.field(types) })
  return [
    types,
    autocompletion({
      override: [(context) => completions(client, context, code(context.state))],
      activateOnTyping: true
    }),
    linter(async ({ state }) => {
      const findings = await client.diagnose(code(state))
      return findings
        .filter(({ to }) => to <= state.doc.length)
        .map((finding) => ({ ...finding, source: 'TypeScript' }))
    }),
    lintGutter(),
    hoverTooltip(async ({ state }, at) => {
      const found = await client.hover(code(state), at)
      if (found === undefined || found.code === '') return null
      return { pos: found.from, end: found.to, above: true, create: () => ({ dom: hoverBox(found.code, found.words) }) }
    })
  ]
}

async function completions(
  client: TypingClient,
  context: CompletionContext,
  code: { text: string; types: string }
): Promise<CompletionResult | null> {
  const word = context.matchBefore(/[\w$]+$/)
  const before = context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos)
  if (!context.explicit && word === null && before !== '.') return null
  const found = await client.complete(code, context.pos)
  if (context.aborted || found.length === 0) return null
  const from = word?.from ?? context.pos
  const options = found.toSorted((a, b) => (a.order < b.order ? -1 : 1)).map((one, index) => option(one, index))
  return { from, options, validFor: /^[\w$]*$/ }
}

function option({ label, kind, insert }: Completion, index: number) {
  return {
    label,
    type: TYPES[kind] ?? 'variable',
    // TypeScript's order, which CodeMirror would sort by the alphabet.
    boost: Math.max(-99, 50 - index / 20),
    ...(insert === undefined
      ? {}
      : {
          apply: (view: EditorView, _: unknown, __: number, to: number) => {
            const from = insert.from
            view.dispatch({
              changes: { from, to: Math.max(insert.to, to), insert: insert.text },
              selection: { anchor: from + insert.text.length },
              userEvent: 'input.complete'
            })
          }
        })
  }
}

const TYPES: Readonly<Record<string, string>> = {
  property: 'property',
  method: 'method',
  function: 'function',
  'local function': 'function',
  var: 'variable',
  let: 'variable',
  const: 'constant',
  parameter: 'variable',
  class: 'class',
  interface: 'interface',
  type: 'type',
  alias: 'namespace',
  module: 'namespace',
  keyword: 'keyword',
  string: 'text'
}

function hoverBox(code: string, words: string): HTMLElement {
  const box = document.createElement('div')
  box.className = 'max-w-lg px-2.5 py-1.5 text-xs'
  const declared = document.createElement('pre')
  declared.className = 'max-h-48 overflow-auto font-mono whitespace-pre-wrap'
  declared.textContent = code
  box.append(declared)
  if (words !== '') {
    const said = document.createElement('p')
    said.className = 'mt-1 text-ink-2'
    said.textContent = words
    box.append(said)
  }
  return box
}
