import {
  Box,
  CalendarClock,
  CircleStop,
  Database,
  Globe,
  Hourglass,
  Package,
  Repeat,
  TriangleAlert,
  Vault,
  Webhook
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { JsonObject } from '../values/json.ts'
import { languageOf } from './words.ts'
import type { StepNode } from './steps.ts'

const SHORT: Readonly<Record<string, string>> = { javascript: 'JS', typescript: 'TS', python: 'Py', bash: 'sh' }

/** A sign for what an action belongs to; apps have their first letter. */
const SIGNS: readonly [RegExp, ReactNode][] = [
  [/^@|#/, <Package key="npm" />],
  [/^http-/, <Globe key="http" />],
  [/^(?:vault|aws-secrets-manager|nango)-/, <Vault key="vault" />],
  [/^(?:postgres|mysql|sqlite|data-store)-/, <Database key="database" />]
]

/** The square in front of a step, or of what a step can be. */
export function Tile({ children, large = false }: { children: ReactNode; large?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={`flex shrink-0 items-center justify-center rounded-md border bg-sunken text-xs font-semibold text-ink-2 [&>svg]:size-4 ${large ? 'size-8' : 'size-7'}`}
    >
      {children}
    </span>
  )
}

export function actionSign(key: string): ReactNode {
  return SIGNS.find(([pattern]) => pattern.test(key))?.[1] ?? key.charAt(0).toUpperCase()
}

export function languageSign(language: string): ReactNode {
  return SHORT[language] ?? <Box />
}

export const KIND_SIGNS = {
  delay: <Hourglass />,
  end_if: <CircleStop />,
  each: <Repeat />
} as const

export function StepIcon({ step, large = false }: { step: StepNode; large?: boolean }) {
  return <Tile large={large}>{signOf(step)}</Tile>
}

function signOf(step: StepNode): ReactNode {
  switch (step.kind) {
    case 'use':
      return actionSign(typeof step.value['use'] === 'string' ? step.value['use'] : '')
    case 'code':
      return languageSign(languageOf(step))
    case undefined:
      return <TriangleAlert />
    default:
      return KIND_SIGNS[step.kind]
  }
}

export function TriggerIcon({ trigger, large = false }: { trigger: JsonObject; large?: boolean }) {
  return <Tile large={large}>{trigger['type'] === 'schedule' ? <CalendarClock /> : <Webhook />}</Tile>
}
