/** What code finds without importing it: `defineComponent` says what its argument is, and nothing else. */
Object.assign(globalThis, {
  defineComponent: <T>(component: T): T => component,
  defineApp: <T>(app: T): T => app
})
