/** Tries the draft: the event, the steps, and what each of them did. Stands below the steps and the form. */
export function TestPanel() {
  return null
}
