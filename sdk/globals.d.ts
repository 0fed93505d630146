/** For editors: in a code step `defineComponent` is there without an import. Add `@bellhop/sdk/globals` to `types`. */
import type { defineApp as app } from './src/app.ts'
import type { defineComponent as component } from './src/component.ts'

declare global {
  var defineComponent: typeof component
  var defineApp: typeof app
}
