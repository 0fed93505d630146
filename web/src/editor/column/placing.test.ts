import { describe, expect, it } from 'vitest'
import { openDocument } from '../document.ts'
import { moveStep } from '../step-changes.ts'
import { findStep, type StepNode } from '../steps.ts'
import { dropPlace, placeBeside } from './placing.ts'

const document = openDocument(`steps:
  - { name: a, delay: 1s }
  - { name: e, each: x, steps: [{ name: p, delay: 1s }, { name: q, delay: 1s }] }
  - { name: b, delay: 1s }
  - { name: f, each: x, steps: [{ name: r, delay: 1s }] }
`)
const step = (id: string): StepNode => findStep(document.steps, id) as StepNode

/** The steps after a move, as `a e(p q) b f(r)`. */
function order(place: ReturnType<typeof placeBeside>, id: string): string {
  if (place === undefined) return 'nowhere'
  return moveStep(document, step(id), place)
    .steps.map(({ name, steps }) => (steps.length === 0 ? name : `${name}(${steps.map((one) => one.name).join(' ')})`))
    .join(' ')
}

describe('moving by keys', () => {
  it.each([
    ['a', 1, 'e(a p q) b f(r)'],
    ['b', -1, 'a e(p q b) f(r)'],
    ['p', 1, 'a e(q p) b f(r)'],
    ['p', -1, 'a p e(q) b f(r)'],
    ['q', 1, 'a e(p) q b f(r)'],
    ['e', 1, 'a b e(p q) f(r)'],
    ['f', -1, 'a e(p q) f(r) b'],
    ['a', -1, 'nowhere'],
    ['f', 1, 'nowhere']
  ] as const)('%s by %i: %s', (id, by, expected) => {
    expect(order(placeBeside(document.steps, step(id), by), id)).toBe(expected)
  })
})

describe('dropping', () => {
  it.each([
    ['a', 'b', false, 'e(p q) b a f(r)'],
    ['a', 'e', true, 'e(a p q) b f(r)'],
    ['a', 'p', false, 'e(p a q) b f(r)'],
    ['a', 'q', false, 'e(p q) a b f(r)'],
    ['a', 'q', true, 'e(p q a) b f(r)'],
    ['b', 'a', false, 'b a e(p q) f(r)'],
    ['b', 'q', false, 'a e(p b q) f(r)'],
    ['q', 'q', false, 'a e(p) q b f(r)'],
    ['q', 'b', false, 'a e(p) b q f(r)'],
    ['e', 'b', false, 'a b e(p q) f(r)'],
    ['e', 'r', true, 'a b f(r) e(p q)'],
    ['f', 'p', true, 'a e(p q) f(r) b'],
    ['a', 'a', false, 'a e(p q) b f(r)']
  ] as const)('%s on %s (deep: %s): %s', (id, over, deep, expected) => {
    expect(order(dropPlace(document.steps, step(id), over, deep), id)).toBe(expected)
  })
})
