/** For editors: in a code step `defineComponent` is there without an import. Add `@bellhop/sdk/globals` to `types`. */
import type { defineComponent as define } from './src/component.ts'

declare global {
  var defineComponent: typeof define
}
