/** Steps to begin with: what a person adds, before they fill it in. */
import type { JsonObject } from '../../values/json.ts'
import type { WorkflowDocument } from '../document.ts'
import type { Place } from '../step-changes.ts'
import { freeName, stepAt, type StepNode } from '../steps.ts'

export type BuiltIn = 'javascript' | 'typescript' | 'python' | 'bash' | 'delay' | 'end_if' | 'each'

const JAVASCRIPT = `export default defineComponent({
  async run({ steps, $ }) {
    return steps.trigger.event
  }
})
`
const CODE = {
  javascript: JAVASCRIPT,
  typescript: JAVASCRIPT,
  python: `def handler(pd):
    return pd.steps["trigger"]["event"]
`,
  bash: `set -euo pipefail
head -c 300 "$PIPEDREAM_STEPS"
echo 'greeting=hello' >> "$PIPEDREAM_EXPORTS"
`
} as const

/** @param place where it will stand: an `each` begins with the list that the step before leaves */
export function builtInStep(document: WorkflowDocument, place: Place, kind: BuiltIn): JsonObject {
  const name = (wanted: string): string => freeName(document.steps, wanted)
  const before = referenceBefore(document, place)
  switch (kind) {
    case 'delay':
      return { name: name('wait'), delay: '5m' }
    case 'end_if':
      return { name: name('stop_if'), end_if: { value: before, is: 'empty' } }
    case 'each':
      return { name: name('each_item'), each: before, steps: [] }
    case 'javascript':
      return { name: name('code'), code: CODE.javascript }
    default:
      return { name: name('code'), language: kind, code: CODE[kind] }
  }
}

/** What the step before a place left, as a reference. */
function referenceBefore(document: WorkflowDocument, { list, index }: Place): string {
  const before = stepBefore(document, list, index)
  return before === undefined ? '{{steps.trigger.event.body}}' : `{{steps.${before.name}.$return_value}}`
}

/** The nearest step before a place that leaves something. */
function stepBefore(document: WorkflowDocument, list: Place['list'], index: number): StepNode | undefined {
  const siblings = list.length === 1 ? document.steps : (stepAt(document.steps, list.slice(0, 2))?.steps ?? [])
  return siblings.slice(0, index).findLast(({ kind }) => kind === 'use' || kind === 'code' || kind === 'each')
}

/**
 * A step that uses an action.
 * @param use what a definition writes: `slack-send-message`, `@scope/name#key`
 * @param app the app that it belongs to, which its name does not repeat
 */
export function actionStep(document: WorkflowDocument, use: string, app: string | undefined): JsonObject {
  const key = use.slice(use.indexOf('#') + 1)
  const prefix = app?.replaceAll('_', '-')
  const short = prefix !== undefined && key.startsWith(`${prefix}-`) ? key.slice(prefix.length + 1) : key
  return { name: freeName(document.steps, short), use }
}
