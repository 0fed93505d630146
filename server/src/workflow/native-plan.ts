/** Steps in Python and Bash: what the definition says of them is all that is known, since nothing of them is built. */
import type { ForeignAction } from './foreign-action.ts'
import { asObject, quote, type Problem } from './mistakes.ts'
import type { Site } from './prop-plan.ts'

export type NativeLanguage = 'python' | 'bash'

/** What an interpreter of the machine runs. */
export interface PlannedNative {
  language: NativeLanguage
  code: string
  /** What messages call the source. */
  file: string
}

/** Why a server refuses such steps at deploy; undefined where it takes them. */
export type RefuseNative = (language: NativeLanguage) => Problem | undefined

const SUFFIX: Readonly<Record<NativeLanguage, string>> = { python: 'py', bash: 'sh' }

/** Of a server that was not told to allow them. */
export const NATIVE_STEPS_OFF: RefuseNative = () => ({
  message:
    'this server runs no steps in Python or Bash: Node’s permissions do not hold for them, so the operator decides whether they are run',
  expected: '`javascript` or `typescript`, or a server that was started with `bellhop start --allow-native-steps`'
})

/** The step's code, where it is one of these. */
export function nativeOf(step: Record<string, unknown>, name: string): PlannedNative | undefined {
  const { language, code, file } = step
  if ((language !== 'python' && language !== 'bash') || typeof code !== 'string') return undefined
  return { language, code, file: typeof file === 'string' ? file : `${name}.${SUFFIX[language]}` }
}

/**
 * What the step is as an action: its apps are those that it binds, and it takes whatever props it is given.
 * Reports what such a step cannot have.
 */
export function nativeAction({ language }: PlannedNative, step: Record<string, unknown>, site: Site): ForeignAction {
  const { path, report } = site
  if (step['reveal'] === true) {
    const message = 'a step in Python or Bash works with handles: nothing is revealed to it'
    report.add([...path, 'reveal'], { message, expected: 'leave `reveal` out, or write the step in JavaScript' })
  }
  const props: ForeignAction['props'] = {}
  for (const [name, binding] of Object.entries(asObject(step['auth']) ?? {})) {
    const app = asObject(binding)?.['app'] ?? name
    if (typeof app === 'string' && APP.test(app)) props[name] = { kind: 'app', app }
    else report.add([...path, 'auth', name], { message: `${quote(name)} cannot be the name of an app`, expected: APPS })
  }
  return { key: '', name: site.step, description: '', version: language, props, additionalProps: true }
}

/** Handles name the app, in these letters. */
const APP = /^[a-z][a-z0-9_-]{0,39}$/
const APPS = 'lower-case letters, digits and _; `app: slug` in the binding says which app is meant by another name'

/** In all other steps the code says which apps it uses. */
export function checkNoApp(step: Record<string, unknown>, { path, report }: Site): void {
  for (const [name, binding] of Object.entries(asObject(step['auth']) ?? {})) {
    if (asObject(binding)?.['app'] === undefined) continue
    const message = 'the action says which app this is: leave `app` out'
    report.add([...path, 'auth', name, 'app'], { message }, 'key')
  }
}
