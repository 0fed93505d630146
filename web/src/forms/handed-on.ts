/**
 * Texts that an editor has handed on. They come back as its value a moment later, when more may have been typed already: what
 * comes back is no news, and must not take the place of what stands there now.
 */
export class HandedOn {
  #texts: string[] = []

  add(text: string): void {
    this.#texts.push(text)
  }

  /** Whether a value from outside is one of these; those before it will not come back any more. */
  isOwn(text: string): boolean {
    const at = this.#texts.lastIndexOf(text)
    this.#texts = at === -1 ? [] : this.#texts.slice(at + 1)
    return at !== -1
  }
}
