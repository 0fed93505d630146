/** Whether the server is there at all. */
const ASK_AGAIN_MS = 2_000

export function answers(): Promise<boolean> {
  return fetch('/api/v1/health').then(
    () => true,
    () => false
  )
}

/** Waits for as long as the server does not answer. */
export async function whenItAnswers(): Promise<void> {
  while (!(await answers())) await new Promise((again) => setTimeout(again, ASK_AGAIN_MS))
}
