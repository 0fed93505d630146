/**
 * The parsers of YAML and of JavaScript. They are loaded when the first text is read, not at the start: both are large,
 * and reading is synchronous all the way, so that `import()` would not do.
 */
import { createRequire } from 'node:module'
import type * as Acorn from 'acorn'
import type * as Yaml from 'yaml'

const require = createRequire(import.meta.url)
let loadedYaml: typeof Yaml | undefined
let loadedAcorn: typeof Acorn | undefined

export const yaml = (): typeof Yaml => (loadedYaml ??= require('yaml') as typeof Yaml)
export const acorn = (): typeof Acorn => (loadedAcorn ??= require('acorn') as typeof Acorn)
