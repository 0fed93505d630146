/**
 * What the policy of this page asks of style sheets that are made at run time. The server puts a new one into each answer; the
 * browser hides it from selectors, and shows it to scripts.
 */
export const NONCE = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

// Where Radix's dialogs look for it (npm: get-nonce).
Object.assign(globalThis, { __webpack_nonce__: NONCE })
