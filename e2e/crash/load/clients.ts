/**
 * Callers of the server, several at once, who go on while it is dead: they learn that nobody answers, wait a moment and
 * call again. Whoever has an `Idempotency-Key` repeats the same request until it is answered, and at times once more;
 * whoever has none takes no answer for an answer.
 */
import { randomBytes } from 'node:crypto'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../random.ts'
import type { Stage } from '../stage.ts'
import type { Ledger, Request, Told } from './ledger.ts'
import { TOKEN_MARK, TRACELESS_MARK } from './marks.ts'
import type { Recipe } from './recipes.ts'

export interface LoadParts {
  stage: Stage
  ledger: Ledger
  /** Recipe's name → its trigger's address. */
  addresses: ReadonlyMap<string, string>
  recipes: readonly Recipe[]
  random: Random
  clients: number
}

const AFTER_NOBODY_MS = 40

export class Load {
  readonly #parts: LoadParts
  readonly #clients: Promise<void>[]
  #over = false

  constructor(parts: LoadParts) {
    this.#parts = parts
    this.#clients = Array.from({ length: parts.clients }, () => this.#client(parts.random.fork()))
  }

  /** Lets every client finish what it has begun. The server has to be up for that. */
  async stop(): Promise<void> {
    this.#over = true
    await Promise.all(this.#clients)
  }

  async #client(random: Random): Promise<void> {
    while (!this.#over) {
      const request = this.#newRequest(random)
      await this.#ask(request)
      if (request.recipe.cancels) await this.#cancel(request, random.between(0, 1_000))
      if (request.key !== undefined && random.chance(0.3)) await this.#ask(request)
      if (random.chance(0.3)) await this.#look(request)
      await pause(random.between(0, 60))
    }
  }

  #newRequest(random: Random): Request {
    const { ledger, stage, recipes } = this.#parts
    const id = `customer-${ledger.requests.length}`
    const token = `${TOKEN_MARK}${randomBytes(12).toString('hex')}`
    const recipe = random.pick(recipes)
    const key = !recipe.nostore && random.chance(0.5) ? `key-of-${id}` : undefined
    const order = { pause: random.chance(0.3) ? random.between(1, 150) : 0, stop: random.chance(0.5) }
    const request: Request = { id, recipe, order, token, key, sent: 0, told: [], cancel: undefined }
    ledger.requests.push(request)
    stage.vendor.admit(id, token)
    if (recipe.flaky) {
      stage.vendor.behave({ customer: id, path: '/v1/reminders', times: random.between(1, 3) }, { status: 503 })
    }
    return request
  }

  /** Sends the request until it is answered; without a key, once. */
  async #ask(request: Request): Promise<void> {
    do {
      const told = await this.#send(request)
      if (told === 'answered' || (request.key === undefined && told === 'nobody')) return
      await pause(AFTER_NOBODY_MS)
    } while (!this.#over || request.sent === 0)
  }

  /** `refused`: for now, as by a server that is about to start or stop. */
  async #send(request: Request): Promise<'answered' | 'refused' | 'nobody'> {
    const { stage, ledger, addresses } = this.#parts
    request.sent++
    try {
      const answer = await fetch(addresses.get(request.recipe.name) ?? stage.url, {
        method: 'POST',
        headers: headersOf(request),
        body: JSON.stringify(bodyOf(request))
      })
      const run = answer.headers.get('x-bellhop-run')
      const durable = answer.headers.get('x-bellhop-durable') !== 'false'
      if (run === null || !durable) return await this.#unpromised(request, answer)
      const told: Told = { run, status: answer.status, at: Date.now(), seen: stage.vendor.total, ended: undefined }
      ledger.tell(request, told)
      const body = await answer.text()
      if (request.recipe.respond === 'last_step' && answer.status !== 202) told.ended = body
      return 'answered'
    } catch {
      return 'nobody'
    }
  }

  /** An answer that promises nothing: the server is on its way up or down, or the request leaves no trace. */
  async #unpromised(request: Request, answer: Response): Promise<'answered' | 'refused'> {
    const body = await answer.text()
    if (answer.status === 503) return 'refused'
    if (answer.status !== 200) this.#parts.ledger.strange.push(`${request.id}: ${answer.status} ${body}`)
    return 'answered'
  }

  /** Cancels the run through the API until that is answered, if it was ever told of one. */
  async #cancel(request: Request, afterMs: number): Promise<void> {
    const run = request.told[0]?.run
    if (run === undefined) return
    const cancel = { run, cancelled: undefined as number | undefined }
    request.cancel = cancel
    await pause(afterMs)
    for (;;) {
      const answer = await this.#parts.stage.server.api('POST', `/runs/${run}/cancel`).catch(() => undefined)
      if (answer?.status === 200) {
        // What the server sent to the vendor before it answered has arrived here; let it be read before it is counted.
        for (let turns = 0; turns < 5; turns++) await turn()
        cancel.cancelled = this.#parts.stage.vendor.total
      }
      if (answer?.status === 200 || answer?.status === 409 || answer?.status === 404) return
      await pause(AFTER_NOBODY_MS)
    }
  }

  /** Looks the run up in history, as the builder would. */
  async #look({ told }: Request): Promise<void> {
    const { stage, ledger } = this.#parts
    const run = told[0]?.run
    if (run === undefined) return
    const answer = await stage.server.api('GET', `/runs/${run}`).catch(() => undefined)
    if (answer?.status !== 200) return
    const seen = stage.vendor.total
    const { steps } = answer.body as { steps: { name: string; status: string }[] }
    const finished = steps.filter(({ status }) => status === 'succeeded' || status === 'failed')
    for (const { name } of finished) ledger.sights.push({ run, step: name, seen })
  }
}

function headersOf({ recipe, token, key }: Request): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-api-key': token,
    ...(key === undefined ? {} : { 'idempotency-key': key }),
    ...(recipe.nostore ? { 'x-pd-nostore': '1' } : {})
  }
}

/** The text says the token, too: it has to be found where nobody announced it. */
function bodyOf({ recipe, order, token, id }: Request): object {
  const text = recipe.nostore ? `${TRACELESS_MARK}${id}` : `${id} says ${token}`
  return { ...order, token, text }
}
