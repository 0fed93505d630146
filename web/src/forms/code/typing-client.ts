import type { Completion, Finding, Hover, StepCode } from './typing.ts'
import type { Asked, Question } from './typing-worker.ts'

/** Asks the worker. Close it when the editor goes. */
export class TypingClient {
  readonly #worker = new Worker(new URL('./typing-worker.ts', import.meta.url), { type: 'module', name: 'typescript' })
  readonly #waiting = new Map<number, (answer: unknown) => void>()
  #count = 0

  constructor() {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<{ id: number; answer: unknown }>) => {
      this.#waiting.get(data.id)?.(data.answer)
      this.#waiting.delete(data.id)
    })
  }

  complete(code: StepCode, at: number): Promise<readonly Completion[]> {
    return this.#ask({ kind: 'complete', code, at }) as Promise<readonly Completion[]>
  }

  diagnose(code: StepCode): Promise<readonly Finding[]> {
    return this.#ask({ kind: 'diagnose', code }) as Promise<readonly Finding[]>
  }

  hover(code: StepCode, at: number): Promise<Hover | undefined> {
    return this.#ask({ kind: 'hover', code, at }) as Promise<Hover | undefined>
  }

  #ask(question: Question): Promise<unknown> {
    this.#count += 1
    const asked: Asked = { id: this.#count, question }
    this.#worker.postMessage(asked, [])
    return new Promise((resolve) => this.#waiting.set(asked.id, resolve))
  }

  close(): void {
    this.#worker.terminate()
  }
}
