/**
 * What a deploy needs of whoever installs, bundles and describes code. `sandbox/build/` does it; the composition root
 * hands it over, because imports go down only.
 */
import type { Json } from '@bellhop/sdk'
import type { ForeignAction } from './foreign-action.ts'
import type { Path, Problem, TextPlace } from './mistakes.ts'

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
  /** Every package with its hash: what `before` of the next build understands. */
  lock: Json
}

/** A file of a build, as it is stored: under the hash of its content. */
export interface BuildFile {
  name: string
  /** SHA-256 of the content, in hex. */
  hash: string
  /** Compressed (gzip). */
  content: Uint8Array
}

/** A build with its files, to be stored. */
export interface NewBuild extends Build {
  files: readonly BuildFile[]
}

/** Something that is wrong with a step's code, or with what it imports. */
export interface CodeProblem extends Problem {
  path: Path
  /** Where in the step's own text, from 1. */
  at?: TextPlace
}

export interface Builder {
  /**
   * Installs, bundles and describes.
   * @param progress gets sentences for the person who deploys
   * @param before lock of the version before, so that what is the same is not asked for again
   * @returns problems: everything that is wrong with the code, with file, line and column in its message
   * @throws Fault `registry_*`, `build_*`, `package_*`: it could not be built, whatever the code is
   */
  build(
    steps: readonly CodeToBuild[],
    progress: (line: string) => void,
    before?: Json
  ): Promise<NewBuild | { problems: CodeProblem[] }>
}
