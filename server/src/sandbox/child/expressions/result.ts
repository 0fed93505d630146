/** What an expression gave, as the JSON that it stands for; or what of it JSON cannot hold. */
import { types } from 'node:util'
import type { Json, JsonObject } from '@bellhop/sdk'
import type { NoJson } from './evaluation.ts'

const DEEPEST = 200
const MOST_VALUES = 1_000_000
const MOST_CHARACTERS = 20_000_000

/** Thrown inside this module only. */
class Unfit extends Error {
  readonly what: NoJson
  constructor(what: NoJson) {
    super(what)
    this.what = what
  }
}

/** Nothing is nothing, as a path that leads nowhere. Throws what the value's own getters throw. */
export function toJson(value: unknown): { value: Json } | { absent: true } | { unfit: NoJson } {
  try {
    const json = new Reader().read(value, [])
    return json === undefined ? { absent: true } : { value: json }
  } catch (error) {
    if (error instanceof Unfit) return { unfit: error.what }
    throw error
  }
}

class Reader {
  #values = 0
  #characters = 0

  /** @param around the objects that it stands in */
  read(value: unknown, around: readonly object[]): Json | undefined {
    this.#values += 1
    if (this.#values > MOST_VALUES) throw new Unfit('large')
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        if (!Number.isFinite(value)) throw new Unfit('number')
        return value
      case 'boolean':
      case 'undefined':
        return value
      case 'object':
        return value === null ? null : this.#object(value, around)
      default:
        throw new Unfit(typeof value as 'function' | 'symbol' | 'bigint')
    }
  }

  #text(text: string): string {
    this.#characters += text.length
    if (this.#characters > MOST_CHARACTERS) throw new Unfit('large')
    return text
  }

  #object(value: object, around: readonly object[]): Json | undefined {
    if (around.includes(value)) throw new Unfit('cycle')
    if (around.length >= DEEPEST) throw new Unfit('deep')
    const inside = [...around, value]
    if (Array.isArray(value)) return value.map((element) => this.read(element, inside) ?? null)
    const unfit = kindOf(value)
    if (unfit !== undefined) throw new Unfit(unfit)
    if ('toJSON' in value && typeof value.toJSON === 'function') {
      if (types.isDate(value) && Number.isNaN(value.getTime())) throw new Unfit('date')
      return this.read((value.toJSON as () => unknown)(), inside)
    }
    if (!isPlain(value)) throw new Unfit('object')
    const object: JsonObject = {}
    for (const [key, inner] of Object.entries(value)) {
      const read = this.read(inner, inside)
      if (read !== undefined && key !== '__proto__') object[this.#text(key)] = read
    }
    return object
  }
}

function kindOf(value: object): NoJson | undefined {
  if (types.isPromise(value)) return 'promise'
  if (types.isMap(value)) return 'map'
  if (types.isSet(value)) return 'set'
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return 'bytes'
  return undefined
}

/** Of no class: its prototype is that of all objects, of whatever realm, or none. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null)
}
