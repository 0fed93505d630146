/** Steps whose code is not Bellhop's: which of them there are, and what a build makes of them. */
import type { CodeToBuild } from './building.ts'
import type { Definition } from './definition.ts'
import type { ForeignAction } from './foreign-action.ts'
import { quote, type Problem } from './mistakes.ts'
import type { Site } from './prop-plan.ts'

/** What runs a step in the sandbox, instead of a function of this process. */
export interface PlannedCode {
  /** File of the version's build. */
  entry: string
  /** What the code said that it is. */
  foreign: ForeignAction
  /** Whether it gets its credentials in clear, in a process of its own. */
  reveal: boolean
}

/** What a version allows its code. */
export type CodeSettings = Pick<Definition['settings'], 'egress' | 'env' | 'code'>

const PACKAGE = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/
const COMPONENT = /^((?:@[^/@#]+\/)?[^/@#]+)(?:@([^#]*))?#(.+)$/

/** Whether a `use` means a component of a package, rather than an action of the catalogue. */
function isComponent(use: string): boolean {
  return use.includes('#') || use.startsWith('@')
}

/**
 * The code of a step; undefined where it has none, or where what it says is a mistake, which is reported.
 * `site.step` is the step's name.
 */
export function codeOf(step: Record<string, unknown>, site: Site): CodeToBuild | undefined {
  const { step: name, path, report } = site
  const { code, file, language, use } = step
  if (typeof use === 'string' && isComponent(use)) {
    const component = readComponent(use)
    if ('message' in component) report.add([...path, 'use'], component)
    return 'message' in component ? undefined : { step: name, path, component }
  }
  if (typeof code !== 'string') return undefined
  return {
    step: name,
    path,
    code,
    ...(typeof file === 'string' ? { file } : {}),
    language: language === 'typescript' ? language : 'javascript'
  }
}

/** Whether a step runs code, also where that is a mistake. */
export function isCode(step: Record<string, unknown>): boolean {
  return 'code' in step || 'file' in step || (typeof step['use'] === 'string' && isComponent(step['use']))
}

function readComponent(use: string): NonNullable<CodeToBuild['component']> | Problem {
  const [, name, range = 'latest', key] = COMPONENT.exec(use) ?? []
  if (name !== undefined && key !== undefined && range !== '' && PACKAGE.test(name))
    return { package: name, range, key }
  return {
    message: `${quote(use)} is not a component of a package`,
    expected:
      'package, `#` and key, such as `@pipedream/slack#slack-send-message` or `@pipedream/slack@0.10.2#slack-send-message`'
  }
}

/** Real values go where `egress` says only, so it has to say something. */
export function revealProblem(
  step: Record<string, unknown>,
  settings: Record<string, unknown> | undefined
): Problem | undefined {
  if (step['reveal'] !== true) return undefined
  if (!isCode(step)) {
    return {
      message: 'an action of Bellhop’s own works with handles: nothing is revealed to it',
      expected: 'leave `reveal` out'
    }
  }
  const egress = settings?.['egress']
  if (Array.isArray(egress) && egress.length > 0) return undefined
  return {
    message: 'code that gets real credentials could send them anywhere: say which hosts it may reach',
    expected: '`settings.egress`, a list of hosts',
    suggestion: 'settings: { egress: [api.example.com] }'
  }
}
