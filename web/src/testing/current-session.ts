/**
 * Which test session a page has. Answers of the server come in any order; what a person chose last stands, and what is
 * asked for meanwhile waits for it. The session that is not wanted any more is ended, and its secrets with it.
 */
import { endSession, type Session } from '../api/tests.ts'

export class CurrentSession {
  readonly #end: (id: string) => void
  #session: Session | undefined
  /** What was asked for last, while its answer is awaited. Resolves with `undefined` where it came to nothing. */
  #beginning: Promise<Session | undefined> | undefined

  constructor(end: (id: string) => void = endSession) {
    this.#end = end
  }

  /**
   * Takes the session of an answer, in place of the one before.
   * @returns `undefined` where another was asked for since, or the page was left: then this one is ended
   * @throws what the answer was refused with; the session before it stays
   */
  async begin(answer: Promise<Session>): Promise<Session | undefined> {
    const beginning = answer.catch(() => undefined)
    this.#beginning = beginning
    const begun = await beginning
    if (this.#beginning !== beginning) {
      if (begun !== undefined) this.#end(begun.id)
      return undefined
    }
    this.#beginning = undefined
    if (begun === undefined) return answer
    if (this.#session !== undefined) this.#end(this.#session.id)
    return (this.#session = begun)
  }

  /**
   * The session to test in: that of the answer which is awaited, if one is.
   * @returns its id; `undefined` where there is none, or the awaited one came to nothing
   * @throws the signal's reason, when it is aborted while an answer is awaited
   */
  async ready(signal: AbortSignal): Promise<string | undefined> {
    const stopped = Promise.withResolvers<never>()
    signal.addEventListener('abort', () => stopped.reject(signal.reason as Error), { once: true })
    return (await Promise.race([stopped.promise, this.#beginning ?? this.#session]))?.id
  }

  /** Ends what there is, and what is still to come. */
  leave(): void {
    this.#beginning = undefined
    if (this.#session !== undefined) this.#end(this.#session.id)
    this.#session = undefined
  }
}
