import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkData, readText } from './source.ts'

/** Mistakes of reading alone, as `line:column path message`. */
function mistakes(text: string): string[] {
  const { data, usable, report } = readText(text)
  if (usable) checkData(data, report)
  return report
    .list()
    .map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`.replace('  ', ' '))
}

test('YAML and JSON of the same definition are the same data', () => {
  const data = { a: [1, 'x', null, true, { 'b c': -1.5 }], d: {} }
  const yaml = `a:\n  - 1\n  - x\n  - null\n  - true\n  - {"b c": -1.5}\nd: {}\n`
  expect(readText(yaml).data).toEqual(data)
  expect(readText(JSON.stringify(data)).data).toEqual(data)
  expect(readText(JSON.stringify(data, null, '\t')).data).toEqual(data)
  expect(mistakes(yaml)).toEqual([])
})

test('anchors and aliases stand for what they name', () => {
  const { data, usable } = readText('a: &x [1, {b: 2}]\nc: *x\n')
  expect(usable).toBe(true)
  expect(data).toEqual({ a: [1, { b: 2 }], c: [1, { b: 2 }] })
})

describe('what is not read, with its place', () => {
  test.each<[string, string[]]>([
    ['a: 1\na: 2\n', ['2:1 a `a` stands here twice']],
    ['{"a": {"b": 1, "b": 2}}', ['1:16 a.b `b` stands here twice']],
    ['a: !secret x\n', ['1:12 a tags are not supported: write the value plainly']],
    ['[1, 2', ['1:6 not valid YAML: a bracket, brace, quote or comma is missing']],
    ['a: !!binary aGk=\n', ['1:13 a tags are not supported: write the value plainly']],
    ['%YAML 1.1\n---\na: yes\n', ['1:1 only YAML 1.2 is read: leave the `%YAML` line out']],
    ['a: 1\n---\nb: 2\n', ['2:1 one file holds one definition: remove the `---` and what follows']],
    ['a:\n\t- b\n', ['2:1 not valid YAML: indent with spaces, not tabs']],
    ['a: b: c\n', ['1:4 not valid YAML: text with `: ` in it goes in quotes']],
    ['a: "\\{x"\n', ['1:5 not valid YAML: unknown escape; in double quotes a backslash is written twice']],
    ['a: [1, 2\n', ['2:1 not valid YAML: the indentation does not fit, or a bracket before is not closed']],
    ['a: {{steps.x.y}}\n', ['1:4 a a reference goes in quotes: YAML takes bare braces for an object']],
    ['a: {{steps.x.y}} and more\n', ['1:4 a a reference goes in quotes: YAML takes bare braces for an object']],
    ['? [a]\n: 1\n', ['1:3 a key is plain text here']],
    ['a:\n  __proto__: 1\n', ['2:3 a a key is plain text here']],
    ['b: &b {c: 1}\na:\n  <<: *b\n', ['3:3 a merge keys are not supported: write the keys out']],
    ['a: *x\n', ['1:4 a no anchor `x` stands before this alias']],
    ['a: 12345678901234567890\n', ['1:4 a this number is too large to keep its last digits: put it in quotes']],
    ['a: .inf\n', ['1:4 a not a finite number']],
    ['', ['undefined:undefined the definition is empty']],
    ['# nothing\n', ['undefined:undefined the definition is empty']]
  ])('%j', (text, expected) => {
    expect(mistakes(text)).toEqual(expected)
  })

  test('an unquoted reference is shown in quotes', () => {
    const { report } = readText('a: {{steps.x.y}}\n')
    expect(report.list()[0]?.suggestion).toBe('"{{steps.x.y}}"')
  })

  test('what a text quotes by mistake is in no message', () => {
    for (const text of ['a: "xoxb-secret\n', 'xoxb-secret: b: xoxb-secret', 'a: [xoxb-secret', '"a" xoxb-secret']) {
      const { report } = readText(text)
      expect(report.empty).toBe(false)
      expect(JSON.stringify(report.list())).not.toContain('xoxb')
    }
  })
})

const TOO_MUCH = 'the definition is nested too deeply or expands to too much'

describe('what would cost too much is refused', () => {
  test.each<[string, string, string]>([
    ['size', `a: ${'x'.repeat(300_000)}`, 'the definition is too large'],
    ['depth', `a: ${'['.repeat(60)}${']'.repeat(60)}`, TOO_MUCH],
    ['an alias inside its own anchor', 'a: &a [*a]', TOO_MUCH],
    [
      'aliases of aliases',
      `a: &a [${'x,'.repeat(9)}x]\n${'bcdefgh'
        .split('')
        .map((c, i) => `${c}: &${c} [${Array(10).fill(`*${'abcdefg'[i]}`).join(',')}]`)
        .join('\n')}`,
      TOO_MUCH
    ],
    ['values', `a: [${'1,'.repeat(20_000)}1]`, TOO_MUCH]
  ])('%s', (_, text, message) => {
    const { usable, report } = readText(text)
    expect(usable).toBe(false)
    expect(report.list().map((mistake) => mistake.message)).toContain(message)
  })

  test('also in data that came parsed', () => {
    const { report } = readText('a: 1')
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown
    expect(checkData(deep, report)).toBe(false)
    expect(report.list()[0]?.message).toBe(TOO_MUCH)
  })
})

test('reading answers every text', () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '&a ',
    '*a',
    '!t ',
    '|',
    '>',
    '#',
    '%',
    '? ',
    ',',
    '\t',
    '1'
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const { data, usable, report } = readText(pieces.join(''))
      expect(usable && report.empty ? checkData(data, report) : true).toBe(true)
      for (const { message, line = 1, column = 1 } of report.list()) {
        expect(message).not.toBe('')
        expect(Math.min(line, column)).toBeGreaterThan(0)
      }
    })
  )
})

test('JSON of any shape is read as what it is', () => {
  const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => !/"(?:__proto__|<<)":/.test(JSON.stringify(value)))
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'x y'), json), (value) => {
      const text = JSON.stringify(value)
      const { data, usable } = readText(text)
      expect(usable).toBe(true)
      expect(JSON.stringify(data)).toBe(text)
    })
  )
})
