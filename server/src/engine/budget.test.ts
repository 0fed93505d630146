import { expect, test } from 'vitest'
import { Budget } from './budget.ts'

test('time counts while at least one attempt goes on, once', () => {
  const budget = new Budget(1000, 100)
  expect(budget.spent(5000)).toBe(100)
  budget.begin(5000)
  budget.begin(5100)
  budget.end(5200)
  expect([budget.spent(5300), budget.left(5300)]).toEqual([400, 600])
  budget.end(5400)
  expect(budget.spent(9000)).toBe(500)
  budget.begin(9000)
  expect(budget.left(9600)).toBe(-100)
})
