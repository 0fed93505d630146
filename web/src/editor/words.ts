/** What a trigger and a step do, in the words of a row. */
import { isObject, type Json, type JsonObject } from '../values/json.ts'
import { appOf, type Catalogue } from './catalogue.ts'
import type { StepNode } from './steps.ts'

export interface Words {
  /** What it is: `Slack: Send message`. */
  title: string
  /** What it does here, in one line. */
  summary: string
}

const UNITS: Readonly<Record<string, string>> = {
  ms: 'millisecond',
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day'
}

/** `5m` as `5 minutes`; what is no duration stays as it is. */
export function durationWords(text: string): string {
  const [, count, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? []
  if (count === undefined || unit === undefined) return text
  return `${count} ${UNITS[unit] ?? ''}${count === '1' ? '' : 's'}`
}

/** A value as a row shows it: references without braces, and without `steps.`. */
export function short(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') return Array.isArray(value) ? `[${value.length}]` : JSON.stringify(value)
  return value
    .replaceAll(/\{\{\s*(?:steps\.)?(?:trigger\.)?([\s\S]*?)\s*\}\}/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

export const LANGUAGES: Readonly<Record<string, string>> = {
  javascript: 'JavaScript',
  typescript: 'TypeScript',
  python: 'Python',
  bash: 'Bash'
}

export function languageOf(step: StepNode): string {
  const { language } = step.value
  return typeof language === 'string' ? language : 'javascript'
}

export function stepWords(step: StepNode, catalogue: Catalogue): Words {
  const { value } = step
  switch (step.kind) {
    case 'use':
      return actionWords(step, catalogue)
    case 'code':
      return { title: LANGUAGES[languageOf(step)] ?? 'Code', summary: codeSummary(value['code'], value['file']) }
    case 'delay':
      return { title: 'Delay', summary: `Waits ${durationWords(short(value['delay']))}` }
    case 'end_if':
      return { title: 'End', summary: `Ends the run ${conditionWords(value['end_if'])}` }
    case 'each':
      return { title: 'Each', summary: eachSummary(step) }
    case undefined:
      return { title: 'Does nothing yet', summary: 'Say what it does, or remove it.' }
  }
}

function actionWords(step: StepNode, catalogue: Catalogue): Words {
  const key = typeof step.value['use'] === 'string' ? step.value['use'] : ''
  const props = isObject(step.value['props']) ? step.value['props'] : {}
  const action = catalogue.actions.find((each) => each.key === key)
  const filledIn = propSummary(props) || 'Nothing is filled in yet'
  if (action === undefined) return { title: key, summary: filledIn }
  const app = appOf(catalogue, action)?.name
  const title = app === undefined || action.name.includes(app) ? action.name : `${app}: ${action.name}`
  return { title, summary: key === 'http-request' ? requestSummary(props) : filledIn }
}

function requestSummary(props: JsonObject): string {
  return `${short(props['method']) || 'GET'} ${short(props['url']) || '…'}`
}

function propSummary(props: JsonObject): string {
  return Object.entries(props)
    .filter(([, value]) => !isObject(value))
    .slice(0, 3)
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${short(value)}`)
    .join(' · ')
}

function codeSummary(code: Json | undefined, file: Json | undefined): string {
  if (typeof code !== 'string') return typeof file === 'string' ? file : ''
  const lines = code.split('\n').filter((line) => line.trim() !== '')
  const comment = /^\s*(?:\/\/|#(?!!)|\/?\*+)\s*(.*?\w.*?)(?:\*\/)?$/.exec(lines[0] ?? '')?.[1]
  return comment?.trim() ?? (lines.length === 1 ? '1 line' : `${lines.length} lines`)
}

const CONDITIONS: Readonly<Record<string, string>> = {
  empty: 'is empty',
  not_empty: 'is not empty',
  true: 'is true',
  false: 'is false',
  present: 'is there',
  absent: 'is not there'
}
const COMPARISONS: Readonly<Record<string, string>> = {
  equals: 'is',
  not_equals: 'is not',
  greater_than: 'is more than',
  less_than: 'is less than',
  contains: 'contains'
}

function conditionWords(condition: Json | undefined): string {
  if (!isObject(condition)) return `if ${short(condition) || '…'}`
  const parts = [
    ...(typeof condition['is'] === 'string' ? [CONDITIONS[condition['is']] ?? ''] : []),
    ...Object.entries(COMPARISONS).flatMap(([key, word]) =>
      condition[key] === undefined ? [] : [`${word} ${short(condition[key])}`]
    )
  ]
  return `if ${short(condition['value']) || '…'} ${parts.join(' and ')}`
}

function eachSummary({ value, steps }: StepNode): string {
  const concurrency = typeof value['concurrency'] === 'number' ? value['concurrency'] : 1
  const lanes = concurrency > 1 ? `, ${concurrency} at a time` : ''
  const count = steps.length === 1 ? '1 step' : `${steps.length} steps`
  return `${count} for every item of ${short(value['each']) || '…'}${lanes}`
}

const ANSWERS: Readonly<Record<string, string>> = {
  immediate: 'answers at once',
  static: 'answers with a fixed answer',
  custom: 'a step answers',
  last_step: 'answers with the last step'
}

export function triggerWords(trigger: Json | undefined): Words {
  const written = isObject(trigger) ? trigger : {}
  if (written['type'] === 'schedule') return { title: 'Schedule', summary: scheduleWords(written) }
  if (written['type'] !== 'http') return { title: 'No trigger yet', summary: 'Say what starts a run.' }
  const auth = isObject(written['auth']) ? written['auth']['type'] : 'none'
  const respond = isObject(written['respond']) ? 'static' : written['respond']
  const who = auth === 'token' ? 'Callers with the token' : 'Whoever knows the address'
  return {
    title: 'HTTP request',
    summary: `${who} · ${ANSWERS[typeof respond === 'string' ? respond : 'immediate'] ?? ''}`
  }
}

function scheduleWords(trigger: JsonObject): string {
  const { cron, every, timezone } = trigger
  if (typeof every === 'string') return `Every ${durationWords(every).replace(/^1 /, '')}`
  const zone = typeof timezone === 'string' ? timezone : 'UTC'
  return typeof cron === 'string' ? `${cron} · ${zone}` : 'Says no time yet'
}

/** How a step gets its credentials, for its badges. */
export interface BindingBadge {
  app: string
  kind: 'runtime' | 'store' | 'account' | 'external_user'
  label: string
}

export function bindingBadges({ value }: StepNode): BindingBadge[] {
  const auth = isObject(value['auth']) ? value['auth'] : {}
  return Object.entries(auth).flatMap(([app, binding]): BindingBadge[] => {
    if (!isObject(binding)) return []
    if ('runtime' in binding) return [{ app, kind: 'runtime', label: 'runtime' }]
    if (isObject(binding['store'])) return [{ app, kind: 'store', label: short(binding['store']['from']) || 'store' }]
    if ('account' in binding) return [{ app, kind: 'account', label: short(binding['account']) || 'account' }]
    return 'external_user' in binding ? [{ app, kind: 'external_user', label: 'external user' }] : []
  })
}
