import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTemplate, expressionsOf, references } from '../references.ts'
import type { Expression } from '../template-parts.ts'

/** The expression of a text that holds one, without mistakes. */
function read(inside: string, items: string[] = ['item']): Expression {
  const { value, problems } = parseTemplate(`{{${inside}}}`, items)
  expect(problems).toEqual([])
  const [only] = expressionsOf(value)
  if (only === undefined) throw new Error(`no expression: ${inside}`)
  return only
}

const pathsOf = (found: readonly { path: readonly (string | number)[] }[] = []): string[] =>
  found.map(({ path }) => path.join('/'))

describe('what an expression reads', () => {
  test.each<[string, string[]]>([
    ['steps.a.b + 1', ['a/b']],
    ["'Bearer ' + steps.trigger.event.body.token", ['trigger/event/body/token']],
    ['`Bearer ${steps.trigger.event.body.token}`', ['trigger/event/body/token']],
    ['steps.a["b c"].d ?? steps.x[`y`]', ['a/b c/d', 'x/y']],
    ['steps.a?.b?.[0]?.c || 1', ['a/b/0/c']],
    ['(steps.a?.b).c + ""', ['a/b/c']],
    // Where a key is computed, everything above it.
    ['steps.a.$return_value[env.I].token', ['I', 'a/$return_value']],
    ['steps.a[steps.b.c].d', ['b/c', 'a']],
    ['steps.a[-1]', ['a']],
    ['steps.a[`x${1}`]', ['a']],
    ['steps[env.X]', ['X', '']],
    ['Object.keys(steps)', ['']],
    // What is called is a method of what stands before it; `length` says something of all of it.
    ['steps.a.name.toUpperCase()', ['a/name']],
    ['steps.a.name?.trim?.()', ['a/name']],
    ['steps.a.list.map((x) => x.id).join()', ['a/list']],
    ['steps.a.list.length > 0', ['a/list']],
    ['steps.a.list[0].length > 0', ['a/list/0']],
    ['steps.a.f()()', ['a']],
    ['String.raw`${steps.a.b}`', ['a/b']],
    ['steps.a.tag`x`', ['a']],
    ['new Date(steps.a.at)', ['a/at']],
    // What becomes of a value afterwards does not matter: all of it was read.
    ['Object.entries(steps.x)', ['x']],
    ['({ ...steps.x, y: 1 })', ['x']],
    ['[...steps.x.list]', ['x/list']],
    ['(({ token }) => token)(steps.x)', ['x']],
    ['[steps.x].map((alias) => alias.deep.token)', ['x']],
    ['((alias) => alias[env.I])(steps.x.y)', ['I', 'x/y']],
    ['(() => { const { token } = steps.x; return token })()', ['x']],
    ['{ steps: steps.x }', ['x']],
    ['{ [steps.x.y]: 1, z: [steps.q] }', ['x/y', 'q']],
    ['item.token + item["x"]', ['item/token', 'item/x']],
    ['JSON.stringify(item)', ['item']],
    // Names of functions hide what is around them, and nothing else does.
    ['steps.list.filter((item) => item.id).concat(item)', ['list', 'item']],
    ['steps.x.map((steps) => steps.y)', ['x']],
    ['((a = steps.x) => a)()', ['x']],
    ['steps.x.map(({ item: { id } }) => id + item.id)', ['x', 'item/id']],
    ['(function item() { return 1 })() + item.a', ['item/a']],
    ['(() => { for (const a of steps.x) if (a.b) return a.c })()', ['x']],
    ['/}}/.test(steps.a.b)', ['a/b']],
    ['1 + 1', []]
  ])('%s', (inside, paths) => {
    expect(pathsOf(read(inside).reads)).toEqual(paths)
  })

  test('each with its place in the text', () => {
    const text = 'x {{ steps.a.b + env.C + item.d }}'
    const { value } = parseTemplate(text, ['item'])
    expect(references(value).map(({ source, at }) => [source, text.slice(at, at + source.length)])).toEqual([
      ['steps.a.b', 'steps.a.b'],
      ['env.C', 'env.C'],
      ['item.d', 'item.d']
    ])
  })
})

describe('an expression ends where JavaScript says', () => {
  test.each([
    `{ a: { b: { c: steps.x.y } } }`,
    "'}}' + steps.x.y",
    '"\\"}}" + steps.x.y',
    '`}}${{ a: "}}" }.a}}}` + steps.x.y',
    '/[}}]}}/.exec(steps.x.y)',
    'steps.x.y /* }} */ + 1',
    'steps.x.y + 1 // }} \n',
    'steps.x.list.map((x) => ({ x }))',
    '(() => { if (steps.x.y) { return { a: {} }; } })()'
  ])('%s', (inside) => {
    const { value, problems } = parseTemplate(`a {{ ${inside} }} b`)
    expect(problems).toEqual([])
    expect(value).toMatchObject({ parts: ['a ', { source: inside.replace(/\s*(?:\/\/ }} \n)?$/, '') }, ' b'] })
  })
})

describe('a list whose elements are those of another, as they are', () => {
  test.each<[string, string[]]>([
    ['steps.users.$return_value.filter((user) => user.active)', ['users/$return_value']],
    ['steps.a.list.slice(0, 10).toSorted((a, b) => a.n - b.n)', ['a/list']],
    ['steps.a.list ?? []', ['a/list']],
    ['steps.a?.list?.filter(Boolean) ?? []', ['a/list']],
    ['[...steps.a.list, ...steps.b.list]', ['a/list', 'b/list']],
    ['steps.a.list.concat(steps.b.list.reverse())', ['a/list', 'b/list']],
    ['steps.a.all ? steps.a.list : steps.b.list', ['a/list', 'b/list']]
  ])('%s', (inside, lists) => {
    expect(pathsOf(read(inside).elements)).toEqual(lists)
  })

  test.each([
    'steps.a.list.map((x) => x)',
    'steps.a[env.X].filter(Boolean)',
    'Object.values(steps.a)',
    '[steps.a.b]',
    'steps.a.list.concat([1])',
    'steps.a.list.flat()',
    'steps.a.list && steps.b.list',
    '((steps) => steps.list)(steps.a)'
  ])('which %s is not', (inside) => {
    expect(read(inside).elements).toBeUndefined()
  })
})

const PIECES = [
  ...'steps .a ?. [ ] ( ) { } }} {{ ` ${ " / /* */ // => = ... , 1 item env.X x : ; \\ function return async #'.split(
    ' '
  ),
  ' ',
  "'",
  '\n',
  '\u2028'
]
const pieces = fc.constantFrom(...PIECES)

test('any text is read, to its end, with mistakes at places in it', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      const text = `{{${parts.join('')}}}`
      const { value, problems } = parseTemplate(text, ['item'])
      for (const { at } of problems) expect(at >= 0 && at <= text.length).toBe(true)
      for (const { at } of references(value)) expect(/^(?:\{\{|steps|env|item)/.test(text.slice(at))).toBe(true)
    }),
    { numRuns: 500 }
  )
})

test('what an expression is not seen to read, it cannot name: each of its roots is a read', () => {
  const inner = fc.constantFrom('steps.a', 'item.b', 'env.C', 'x', 'steps[x]', 'x.y')
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      inner,
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `[${a}, ...${b}]`),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `({ a: ${a}, [${b}]: 1 }).q`),
      tie('tree').map((a) => `((x) => ${a})(1)`),
      tie('tree').map((a) => `\`\${${a}}\``),
      tie('tree').map((a) => `(${a})?.m(${a})`),
      tie('tree').map((a) => `(() => { const { y } = ${a}; return y })()`)
    )
  }))
  fc.assert(
    fc.property(tree, (source) => {
      const { value, problems } = parseTemplate(`{{((x) => ${source})(0)}}`, ['item'])
      expect(problems).toEqual([])
      const named = source.match(/steps|item|env/g) ?? []
      expect(references(value)).toHaveLength(named.length)
    })
  )
})

test('an expression that is too long or too deep is told so', () => {
  const message = (inside: string): string | undefined => parseTemplate(`{{${inside}}}`).problems[0]?.message
  expect(message(`[${'1,'.repeat(10_000)}]`)).toBe('an expression has at most 10,000 characters')
  expect(message('['.repeat(4_000) + ']'.repeat(4_000))).toBe('this expression is nested too deeply')
})
