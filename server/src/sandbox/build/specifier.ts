/** What code imports: a package's name, the version that is pinned beside it, and a path in it. */
import semver from 'semver'

/** `@slack/web-api@7/dist/x` is `{ name: '@slack/web-api', range: '7', subpath: '/dist/x' }`. */
export interface Specifier {
  name: string
  /** A range or a tag; empty where none is written. */
  range: string
  /** With the slash in front; empty for the package itself. */
  subpath: string
}

const FORM = /^((?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)(?:@([^/]*))?(\/.*)?$/i
/** https://docs.npmjs.com/cli/commands/npm-dist-tag: a tag is no range, and is safe in a URL. */
const TAG = /^[a-z][a-z0-9._-]{0,99}$/i
const LONGEST_NAME = 214

/** Reads a bare specifier; undefined for what cannot be the name of a package of a registry. */
export function readSpecifier(text: string): Specifier | undefined {
  const [, name, range, subpath = ''] = FORM.exec(text) ?? []
  return name === undefined || name.length > LONGEST_NAME ? undefined : { name, range: range ?? '', subpath }
}

/** Whether a text is a version, a range or a tag: what a registry answers, rather than an address of something else. */
export function isRange(text: string): boolean {
  return text.length <= 200 && (semver.validRange(text) !== null || TAG.test(text))
}

/** The key of what a step wants of the registry. */
export function wanted(name: string, range: string): string {
  return `${name}@${range}`
}
