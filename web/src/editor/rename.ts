/** References in texts: `{{steps.fetch.$return_value}}`, `{{item.id}}`, and the same in code. */

/** Matches `steps.<name>`, `steps["<name>"]` and `steps['<name>']`, where they are not part of a longer name. */
function pattern(name: string): RegExp {
  const word = RegExp.escape(name)
  return new RegExp(
    `(?<![\\w$.]|\\.\\s*)(steps\\s*(?:\\?\\.|\\.)\\s*)${word}(?![\\w$])|(?<![\\w$])(steps\\s*(?:\\?\\.)?\\[\\s*(["']))${word}\\3`,
    'g'
  )
}

const BRACES = /\{\{[\s\S]*?\}\}/g

/** A template that refers to the step by its new name. */
export function renameInTemplate(text: string, from: string, to: string): string {
  return text.replaceAll(BRACES, (braces) => renameInCode(braces, from, to))
}

/** Code that refers to the step by its new name. */
export function renameInCode(text: string, from: string, to: string): string {
  return text.replaceAll(pattern(from), (_, dotted?: string, bracket?: string, quote?: string) =>
    dotted === undefined ? `${bracket ?? ''}${to}${quote ?? ''}` : `${dotted}${to}`
  )
}

/** A template that calls the item of an `each` by its new name. */
export function renameItem(text: string, from: string, to: string): string {
  const word = new RegExp(`(?<![\\w$.])${RegExp.escape(from)}(?![\\w$])`, 'g')
  return text.replaceAll(BRACES, (braces) => braces.replaceAll(word, to))
}

/** How many references to a step a text holds. */
export function countReferences(text: string, name: string): number {
  return (text.match(pattern(name)) ?? []).length
}
