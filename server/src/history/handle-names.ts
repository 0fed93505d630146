import { handlePattern, HANDLE_PREFIX, originOfHandle } from '../secrets/handle.ts'

/** Short names for handles, kept for one document, so that its end can say what each one stands for in full. */
export class HandleNames {
  readonly #names = new Map<string, string>()

  /** The text with each handle as `🔒app.field:tail`, the tail's last four characters. */
  shorten(text: string): string {
    if (!text.includes(HANDLE_PREFIX)) return text
    return text.replace(handlePattern(), (handle) => {
      const { app, field } = originOfHandle(handle)
      const name = `🔒${app}.${field}:${handle.slice(-4)}`
      this.#names.set(handle, name)
      return name
    })
  }

  /** Every handle met so far with its short name, in order of appearance. */
  entries(): { handle: string; name: string }[] {
    return [...this.#names].map(([handle, name]) => ({ handle, name }))
  }
}
