/**
 * What a deploy needs of whoever installs, bundles and describes code. `sandbox/build/` does it; the composition root
 * hands it over, because imports go down only.
 */
import type { Json } from '@bellhop/sdk'
import type { ForeignAction } from './foreign-action.ts'
import type { Path } from './mistakes.ts'

/** A step whose code has to be built: its own, or a component of a package. */
export interface CodeToBuild {
  /** The step's name, unique in its definition. */
  step: string
  /** Where the step stands in the definition. */
  path: Path
  /** Source text, as it was written. */
  code?: string
  /** What mistakes call the source: the name of its file. */
  file?: string
  language?: 'javascript' | 'typescript'
  /** `use: "@scope/package@range#key"`. */
  component?: { package: string; range: string; key: string }
}

export interface BuiltStep {
  /** File of the build that runs it, such as `notify.mjs`. */
  entry: string
  action: ForeignAction
  /** Packages that it imports: `name@version`. */
  packages: string[]
}

/** What was built for one version: the same code with the same packages is the same build. */
export interface Build {
  hash: string
  /** By the step's name. */
  steps: Readonly<Record<string, BuiltStep>>
  lock: Json
}
