/** What the code asks of the server, and is not answered yet. */
import type { Json } from '@bellhop/sdk'
import { Kind, type Frame } from '../../protocol/frames.ts'
import { readErrorMessage } from '../../protocol/messages.ts'
import type { Pipe } from '../../protocol/pipe.ts'

interface Question {
  resolve(answer: Json): void
  reject(error: Error): void
}

export class Questions {
  readonly #waiting = new Map<number, Question>()
  #next = 1

  /** Rejects with an error that has the server's words. */
  async ask(pipe: Pipe, operation: string, input: Json): Promise<Json> {
    const id = this.#next++
    pipe.send(Kind.ask, id, JSON.stringify({ operation, input }))
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  /** A frame of the kind `answer` or `refusal`. */
  settle({ kind, id, payload }: Frame): void {
    const question = this.#waiting.get(id)
    this.#waiting.delete(id)
    const said: unknown = JSON.parse(payload.toString())
    if (kind === Kind.answer) question?.resolve(said as Json)
    else question?.reject(Object.assign(new Error(), readErrorMessage(said)))
  }
}
