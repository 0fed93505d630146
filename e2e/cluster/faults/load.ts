/** Callers, several at once, each of whom asks whichever node answers; and those who resume what waits. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../../crash/random.ts'
import type { World } from '../world/world.ts'
import { ITEMS, recipes, TOKEN_MARK, type Recipe } from './workflows.ts'

/** A run that somebody was promised. */
export interface Acknowledged {
  run: string
  recipe: Recipe
  /** Unix milliseconds. */
  at: number
}

export interface LoadParts {
  world: World
  /** Recipe's name → its trigger's path. */
  paths: ReadonlyMap<string, string>
  random: Random
  clients: number
}

/** A node that is frozen keeps its callers waiting: they ask another. */
const PATIENCE_MS = 8_000

export class Load {
  readonly acknowledged: Acknowledged[] = []
  /** Answers that nobody should get. */
  readonly strange: string[] = []
  /** Answers that promised nothing, by their status; 0 where nobody answered. */
  readonly refused = new Map<number, number>()
  readonly #parts: LoadParts
  readonly #clients: Promise<void>[]
  #resuming: Promise<void>[] = []
  #over = false

  constructor(parts: LoadParts) {
    this.#parts = parts
    this.#clients = Array.from({ length: parts.clients }, () => this.#client(parts.random.fork()))
  }

  /** Lets everybody finish what they have begun. */
  async stop(): Promise<void> {
    this.#over = true
    await Promise.all(this.#clients)
    for (const run of await this.#untold()) this.#resuming.push(this.#resume(run, this.#parts.random.fork()))
    while (this.#resuming.length > 0) await Promise.all(this.#resuming.splice(0))
  }

  /** Runs that were accepted without anybody having heard of it, and would wait for somebody to resume them. */
  async #untold(): Promise<string[]> {
    const told = new Set(this.acknowledged.map(({ run }) => run))
    const rows = await this.#parts.world.ask<{ uuid: string }>(
      `select runs.uuid from bellhop.unfinished join bellhop.runs on runs.id = unfinished.run
        join bellhop.workflows on workflows.id = runs.workflow_id where workflows.name = any($1)`,
      [recipes.filter(({ resumed }) => resumed).map(({ name }) => name)]
    )
    return rows.map(({ uuid }) => uuid).filter((run) => !told.has(run))
  }

  async #client(random: Random): Promise<void> {
    while (!this.#over) {
      await this.#ask(random)
      await pause(random.between(50, 400))
    }
  }

  async #ask(random: Random): Promise<void> {
    const recipe = random.pick(recipes)
    try {
      const answer = await fetch(`${this.#node(random).url}${this.#parts.paths.get(recipe.name) ?? ''}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(bodyOf(recipe, random)),
        signal: AbortSignal.timeout(PATIENCE_MS)
      })
      const run = answer.headers.get('x-bellhop-run')
      if (run === null) return this.#noPromise(answer.status, await answer.text())
      this.acknowledged.push({ run, recipe, at: Date.now() })
      if (recipe.resumed) this.#resuming.push(this.#resume(run, random.fork()))
      await answer.text()
    } catch {
      this.#count(0)
    }
  }

  /** Of an answer that names no run. */
  #noPromise(status: number, body: string): void {
    this.#count(status)
    if (status !== 503) this.strange.push(`${status} ${body}`)
  }

  #count(status: number): void {
    this.refused.set(status, (this.refused.get(status) ?? 0) + 1)
  }

  /** By another node than the one that says where, and at times by several, until it is known to have been resumed. */
  async #resume(run: string, random: Random): Promise<void> {
    for (;;) {
      await pause(random.between(100, 500))
      const node = this.#node(random)
      try {
        const shown = await this.#call('GET', `${node.url}/api/v1/runs/${run}`, node.server.adminToken)
        if (shown.status !== 200) continue
        const { status, steps } = shown.body as { status: string; steps: { name: string; exports?: Exports }[] }
        if (status !== 'running' && status !== 'waiting') return
        const url = steps.find(({ name, exports }) => name === 'approve' && exports?.urls)?.exports?.urls?.resume_url
        if (url === undefined) continue
        const answer = await this.#call('POST', `${this.#node(random).url}${new URL(url).pathname}`)
        if (answer.status === 200 || answer.status === 410) return
      } catch {
        // Nobody answered.
      }
    }
  }

  async #call(method: string, url: string, token?: string): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(url, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(PATIENCE_MS)
    })
    return { status: answer.status, body: await answer.json() }
  }

  #node(random: Random): World['nodes'][number] {
    return random.pick(this.#parts.world.nodes.map((node) => ({ node, weight: 1 }))).node
  }
}

interface Exports {
  urls?: { resume_url: string }
}

/** What the workflow binds, and so knows to be secret, and nothing else. */
function bodyOf({ brings }: Recipe, random: Random): object {
  const token = (): string => `${TOKEN_MARK}${randomBytes(12).toString('hex')}`
  const users = Array.from({ length: ITEMS }, (_, i) => ({ name: `user-${i}`, token: token() }))
  const pauseMs = random.chance(0.5) ? random.between(1, 400) : 0
  return { pause: pauseMs, ...(brings === 'token' ? { token: token() } : {}), ...(brings === 'users' ? { users } : {}) }
}
