/**
 * Keeps a draft on the server while it is written. One save is under way at a time; what was typed meanwhile is saved after
 * it. A server that does not answer is asked again. A draft that was changed elsewhere stops it until a person has chosen.
 */
import { ApiProblem, Unreachable } from '../../api/client.ts'
import type { Draft } from './draft.ts'

export type SaveStatus = 'saved' | 'saving' | 'unsaved' | 'offline' | 'conflict' | 'refused'

export interface SaveState {
  status: SaveStatus
  /** What is on the server, as far as this page knows. */
  draft: Draft
  /** Why it was `refused`. */
  error?: unknown
}

/** After this much rest a change is saved. */
const REST_MS = 700
const AGAIN_MS = 2_000

export class Saver {
  #state: SaveState
  #text: string
  #timer: ReturnType<typeof setTimeout> | undefined
  #saving: Promise<void> | undefined
  readonly #put: (draft: Draft, text: string) => Promise<Draft>
  readonly #watchers = new Set<() => void>()

  /** @param put saves a text as a change of a draft */
  constructor(draft: Draft, put: (draft: Draft, text: string) => Promise<Draft>) {
    this.#state = { status: 'saved', draft }
    this.#text = draft.text
    this.#put = put
  }

  readonly state = (): SaveState => this.#state

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Tells what is written now. */
  change(text: string): void {
    if (text === this.#text) return
    this.#text = text
    if (this.#state.status === 'conflict' || this.#saving !== undefined) return
    if (text === this.#state.draft.text) return this.#set({ status: 'saved' })
    if (this.#state.status !== 'offline') this.#set({ status: 'unsaved' })
    this.#later(REST_MS)
  }

  /** Saves now what is not saved. Settles when that is done, or could not be: see the state. */
  async flush(): Promise<SaveState> {
    clearTimeout(this.#timer)
    while (this.#saving !== undefined) await this.#saving
    if (this.#text !== this.#state.draft.text && this.#state.status !== 'conflict') {
      this.#saving = this.#save()
      await this.#saving
    }
    return this.#state
  }

  /** Ends a conflict: the text of this page goes over the draft that is there, or that draft is taken as it is. */
  resolve(theirs: Draft, text: string): void {
    this.#text = text
    this.#set({ status: text === theirs.text ? 'saved' : 'unsaved', draft: theirs })
    if (text !== theirs.text) this.#later(0)
  }

  /** No save follows. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  #later(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), ms)
  }

  async #save(): Promise<void> {
    const { draft } = this.#state
    const text = this.#text
    this.#set({ status: 'saving' })
    try {
      const saved = await this.#put(draft, text)
      this.#saving = undefined
      if (this.#text === text) return this.#set({ status: 'saved', draft: saved })
      this.#set({ status: 'unsaved', draft: saved })
      this.#later(REST_MS)
    } catch (error) {
      this.#saving = undefined
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    if (error instanceof Unreachable) {
      this.#set({ status: 'offline' })
      return this.#later(AGAIN_MS)
    }
    const changed = error instanceof ApiProblem && error.problem.code === 'draft_changed'
    this.#set(changed ? { status: 'conflict' } : { status: 'refused', error })
  }

  #set(state: { status: SaveStatus; draft?: Draft; error?: unknown }): void {
    this.#state = { draft: this.#state.draft, ...state }
    for (const watcher of this.#watchers) watcher()
  }
}
