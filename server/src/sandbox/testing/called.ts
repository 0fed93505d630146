/** What the code of a library's test is called with: where the vendor is, and a handle. */
export interface Called {
  steps: { url: string; token: string }
}
