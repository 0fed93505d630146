/** What callers asked for and what they were told: one side of the evidence. */
import type { Order, Recipe } from './recipes.ts'

/** An answer that named a durable run: from here on the run is promised (I2). */
export interface Told {
  run: string
  status: number
  /** Unix milliseconds. */
  at: number
  /** How many calls the vendor had seen begin: a later one began after this answer had arrived. */
  seen: number
  /** Whether it was told that the run had ended, and the answer's body if so. */
  ended: string | undefined
}

export interface Request {
  /** Also the vendor's customer whose token the request carries. */
  id: string
  recipe: Recipe
  order: Order
  token: string
  /** Its `Idempotency-Key`. */
  key: string | undefined
  /** How often it was sent, answered or not. */
  sent: number
  told: Told[]
  cancel: Cancel | undefined
}

/** `cancelled` is when the server said so, in calls that the vendor had seen; undefined when it never did. */
export interface Cancel {
  run: string
  cancelled: number | undefined
}

/** A step that history showed as finished. */
export interface Sight {
  run: string
  step: string
  /** Calls that the vendor had seen begin when the answer had arrived. */
  seen: number
}

export class Ledger {
  readonly requests: Request[] = []
  readonly sights: Sight[] = []
  /** Answers that nobody should get, whatever is killed. */
  readonly strange: string[] = []
  readonly #listeners = new Set<() => void>()

  /** Notes an answer, and tells whoever listens within the same turn. */
  tell(request: Request, told: Told): void {
    request.told.push(told)
    for (const listener of this.#listeners) listener()
  }

  /** Calls `listener` at each answer. Returns the function that ends it. */
  onTold(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
