/** The declarations that TypeScript reads, as texts that are built into the page: nothing is asked for when it runs. */

/** TypeScript's own, by file name: `lib.esnext.d.ts`. Without the DOM, which a step has none of. */
export const libraries = named(
  import.meta.glob<string>('../../../node_modules/typescript/lib/lib.{es*,decorators*}.d.ts', {
    query: '?raw',
    import: 'default',
    eager: true
  }),
  /^.*\//
)

/** The SDK's, by their path in it: `src/action.ts`, `globals.d.ts`. */
export const sdk = named(
  import.meta.glob<string>(['../../../../sdk/globals.d.ts', '../../../../sdk/src/*.ts', '!**/*.test.ts'], {
    query: '?raw',
    import: 'default',
    eager: true
  }),
  /^.*\/sdk\//
)

function named(files: Record<string, string>, before: RegExp): ReadonlyMap<string, string> {
  return new Map(Object.entries(files).map(([path, text]) => [path.replace(before, ''), text]))
}
