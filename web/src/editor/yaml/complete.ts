/** What can be written where the cursor is: by the definition's schema, and the actions of this server. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { Catalogue } from '../catalogue.ts'
import type { Path } from '../path.ts'
import { keyPlace, valuePlace } from './cursor.ts'
import { keysAt, valuesAt, type Schema, type Word } from './schema.ts'

export function completeYaml(schema: Schema | undefined, catalogue: Catalogue) {
  return ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const text = state.doc.toString()
    const value = valuePlace(text, pos)
    const key = value === undefined ? keyPlace(text, pos) : undefined
    const place = value ?? key
    if (place === undefined || (key !== undefined && place.from === pos && !explicit)) return null
    const words =
      value === undefined ? keyWords(schema, catalogue, text, place.path) : valueWords(schema, catalogue, place.path)
    if (words.length === 0) return null
    const options = words.map(({ word, about }): Completion => ({
      label: word,
      type: value === undefined ? 'property' : 'constant',
      ...(value === undefined ? { apply: `${word}: ` } : {}),
      ...(about === undefined ? {} : { info: about })
    }))
    return { from: place.from, options, validFor: /^[\w$.-]*$/ }
  }
}

function keyWords(schema: Schema | undefined, catalogue: Catalogue, text: string, path: Path): Word[] {
  const props = path.at(-1) === 'props' ? propsOf(catalogue, text, path) : []
  return [...props, ...(schema === undefined ? [] : keysAt(schema, path))]
}

/** The inputs of the action that the step around the cursor uses. */
function propsOf(catalogue: Catalogue, text: string, path: Path): Word[] {
  const step = text.split(/^ *- /m)[Number(path[1]) + 1] ?? ''
  const use = /^\s*(?:- +)?use:\s*["']?([\w@/#.-]+)/m.exec(step)?.[1]
  const action = catalogue.actions.find(({ key }) => key === use)
  return Object.entries(action?.props ?? {}).map(([word, { description, label }]) => ({
    word,
    about: description ?? label ?? ''
  }))
}

function valueWords(schema: Schema | undefined, catalogue: Catalogue, path: Path): Word[] {
  if (path.at(-1) === 'use') return catalogue.actions.map(({ key, name }) => ({ word: key, about: name }))
  return schema === undefined ? [] : valuesAt(schema, path)
}
