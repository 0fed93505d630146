/**
 * Scrubbing. This module has one export that matters, `Scrubber`: a build that replaces it by a class whose methods
 * return what they are given is what the leak suite must catch.
 */
import type { Json } from '@bellhop/sdk'
import { HANDLE_PREFIX, handlePattern } from './handle.ts'

/** What a scrubber asks of its keyring. */
export interface Names {
  /** The handle that stands for `text`, an occurrence of the secret `id` in some form. */
  handleFor(id: number, text: string): string
  isLive(handle: string): boolean
}

export interface ByteScrub {
  write(chunk: Uint8Array): Uint8Array
  end(): Uint8Array
}

export class Scrubber {
  readonly #names: Names
  readonly #forms: { form: string; id: number }[] = []
  readonly #short = new Map<string, number>()

  constructor(names: Names) {
    this.#names = names
  }

  add(value: string, id: number): void {
    if (value.length < 6) this.#short.set(value, id)
    const forms = new Set([value, value.trim(), ...value.split(/\r?\n/).filter((line) => line.length >= 16)])
    const bases = Array.from(forms)
    for (const base of bases) {
      if (base.length < 6) {
        forms.delete(base)
        continue
      }
      const json = JSON.stringify(base).slice(1, -1)
      const bytes = Buffer.from(base)
      for (const form of [json, json.replaceAll('/', '\\/'), encodeURIComponent(base.toWellFormed())]) forms.add(form)
      for (let shift = 0; shift < 3; shift++) {
        const text = Buffer.concat([Buffer.alloc(shift), bytes])
          .toString('base64')
          .replace(/=+$/, '')
        const whole = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6))
        forms.add(whole)
        forms.add(whole.replaceAll('+', '-').replaceAll('/', '_'))
      }
      forms.add(bytes.toString('hex'))
      forms.add(bytes.toString('hex').toUpperCase())
    }
    for (const form of forms) this.#forms.push({ form, id })
  }

  text(text: string): string {
    const found: { start: number; end: number; id: number }[] = []
    for (const { form, id } of this.#forms) {
      for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
        found.push({ start: at, end: at + form.length, id })
      }
    }
    if (found.length === 0) return text
    const live: [number, number][] = []
    if (text.includes(HANDLE_PREFIX)) {
      for (const match of text.matchAll(handlePattern())) {
        if (this.#names.isLive(match[0])) live.push([match.index, match.index + match[0].length])
      }
    }
    found.sort((a, b) => a.start - b.start || b.end - a.end)
    let out = ''
    let done = 0
    for (const { start, end, id } of found) {
      if (start < done || live.some(([from, to]) => start < to && end > from)) continue
      out += text.slice(done, start) + this.#names.handleFor(id, text.slice(start, end))
      done = end
    }
    return out + text.slice(done)
  }

  json(value: Json): Json {
    if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value)
      const short = this.#short.get(text)
      if (short !== undefined) return this.#names.handleFor(short, text)
      const clean = this.text(text)
      return clean === text ? value : clean
    }
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) {
      const items = value.map((item) => this.json(item))
      return items.some((item, index) => item !== value[index]) ? items : value
    }
    let same = true
    const entries = Object.entries(value).map(([key, item]): [string, Json] => {
      const pair: [string, Json] = [this.text(key), this.json(item)]
      if (pair[0] !== key || pair[1] !== item) same = false
      return pair
    })
    return same ? value : Object.fromEntries(entries)
  }

  stream(): ByteScrub {
    let held = Buffer.alloc(0)
    return {
      write: (chunk) => {
        held = Buffer.concat([held, chunk])
        return new Uint8Array(0)
      },
      end: () => Buffer.from(this.text(held.toString('utf8')))
    }
  }
}
