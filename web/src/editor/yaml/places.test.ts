import { expect, it } from 'vitest'
import { changeBetween, pathAt, rangeOf } from './places.ts'

const TEXT = `name: a
steps:
  - name: one
    delay: 1s

  - name: two
    use: x
    props: { url: y, z: [1, 2] }
`

it.each([
  ['name: one', ['steps', 0, 'name']],
  ['delay', ['steps', 0, 'delay']],
  ['url', ['steps', 1, 'props', 'url']],
  ['2]', ['steps', 1, 'props', 'z', 1]],
  ['steps', ['steps', 0].slice(0, 1)]
])('knows what stands at %s', (words, path) => {
  expect(pathAt(TEXT, TEXT.indexOf(words))).toEqual(path)
})

it('finds a step in the text', () => {
  const range = rangeOf(TEXT, ['steps', 1])
  expect(range && TEXT.slice(range.from, range.to)).toMatch(/^name: two\n {4}use: x/)
  expect(rangeOf(TEXT, ['steps', 7])).toBeUndefined()
})

it('changes no more of a text than is different', () => {
  expect(changeBetween('abcd', 'abXd')).toEqual({ from: 2, to: 3, insert: 'X' })
  expect(changeBetween('aa', 'aaa')).toEqual({ from: 2, to: 2, insert: 'a' })
  expect(changeBetween('aaa', 'aa')).toEqual({ from: 2, to: 3, insert: '' })
  expect(changeBetween('a', 'a')).toBeUndefined()
})
