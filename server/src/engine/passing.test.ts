import { expect, test } from 'vitest'
import { Passing } from './passing.ts'

test('things are there from when they come to when they leave', () => {
  const passing = new Passing<{ name: string }>()
  passing.set(1, { name: 'first' })
  passing.set(2, { name: 'second' })
  expect([passing.size, passing.get(1), passing.get(3)]).toEqual([2, { name: 'first' }, undefined])
  passing.delete(1)
  passing.delete(1)
  expect([passing.size, passing.get(1), passing.get(2)]).toEqual([1, undefined, { name: 'second' }])
})

test('a number that comes again stands for what came last', () => {
  const passing = new Passing<{ name: string }>()
  passing.set(1, { name: 'first' })
  passing.set(2, { name: 'second' })
  passing.set(1, { name: 'third' })
  expect([passing.size, ...passing.values()]).toEqual([2, { name: 'second' }, { name: 'third' }])
})

test('all of them can leave while they are looked at, each being seen', () => {
  const passing = new Passing<{ name: number }>()
  for (let i = 0; i < 100; i++) passing.set(i, { name: i })
  const seen: number[] = []
  for (const { name } of passing.values()) {
    seen.push(name)
    passing.delete(name)
  }
  expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i))
  expect(passing.size).toBe(0)
})
