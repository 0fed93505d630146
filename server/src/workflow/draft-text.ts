/** The text of a draft, as far as it has to be understood before it is a definition. */
import type { Scalar } from 'yaml'
import { LONGEST_NAME, WORKFLOW_NAME } from './definition.ts'
import { yaml } from './parsers.ts'
import { MAX_BYTES } from './source.ts'

/** Whether it could be a definition by its size. */
export function fits(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_BYTES
}

/** A definition to begin with. */
export function blankText(name: string): string {
  return `name: ${name}\ntrigger:\n  type: http\nsteps: []\n`
}

export function isWorkflowName(name: string): boolean {
  return name.length <= LONGEST_NAME && WORKFLOW_NAME.test(name)
}

/** The name that a text gives its workflow; undefined where there is none, or none that a workflow can have. */
export function nameIn(text: string): string | undefined {
  const name = nameNode(text)?.value
  return typeof name === 'string' && isWorkflowName(name) ? name : undefined
}

/** The same text under another name; all else in it, comments too, is as it was. */
export function underName(text: string, name: string): string {
  const range = nameNode(text)?.range
  return range ? text.slice(0, range[0]) + name + text.slice(range[1]) : text
}

function nameNode(text: string): Scalar | undefined {
  if (!fits(text)) return undefined
  try {
    const { contents } = yaml().parseDocument(text, { logLevel: 'error', uniqueKeys: false })
    const node = yaml().isMap(contents) ? contents.get('name', true) : undefined
    return yaml().isScalar(node) ? node : undefined
  } catch {
    return undefined
  }
}
