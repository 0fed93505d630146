import { describe, expect, it } from 'vitest'
import { openDocument, readAt, removeAt, setAt } from './document.ts'

const TEXT = `# Tells a customer.
name: notify
trigger:
  type:   http   # anybody
steps:
  # First of all
  - name: notify
    use: "slack-send-message"
    props: { channel: '#general',   text: "Hello" }

  - name: wait
    delay: 5m

  - name: tell
    use: http-request
    props:
      url: https://example.com   # there
      body: >-
        A text that was
        folded by hand
settings:
  timeout: 30s
`

describe('a definition that is being written', () => {
  it('says what it says', () => {
    const document = openDocument(TEXT)
    expect(document.errors).toEqual([])
    expect(document.steps.map(({ id, kind }) => [id, kind])).toEqual([
      ['notify', 'use'],
      ['wait', 'delay'],
      ['tell', 'use']
    ])
    expect(readAt(document, ['steps', 2, 'props', 'body'])).toBe('A text that was folded by hand')
    expect(readAt(document, ['steps', 2, 'toString'])).toBeUndefined()
  })

  it('changes the one line that is meant, and leaves the layout of all others', () => {
    const changed = setAt(openDocument(TEXT), ['steps', 1, 'delay'], '10m').text
    expect(changed).toBe(TEXT.replace('5m', '10m'))
    const deeper = setAt(openDocument(TEXT), ['steps', 2, 'props', 'url'], 'https://example.org').text
    expect(deeper.split('\n').filter((line) => !TEXT.includes(line))).toEqual([
      '      url: https://example.org   # there'
    ])
  })

  it('writes over a short value as it was written, quotes and braces considered', () => {
    const at = (value: string): string => setAt(openDocument(TEXT), ['steps', 0, 'props', 'text'], value).text
    expect(at('Bye, {{item}}')).toBe(TEXT.replace('"Hello"', '"Bye, {{item}}"'))
    const channel = setAt(openDocument(TEXT), ['steps', 0, 'props', 'channel'], "it's, #1").text
    expect(openDocument(channel).definition).toMatchObject({ steps: [{ props: { channel: "it's, #1" } }, {}, {}] })
    expect(setAt(openDocument('a: 1 # one\n'), ['a'], 2).text).toBe('a: 2 # one\n')
    expect(setAt(openDocument('a: x\n'), ['a'], '5').text).toBe("a: '5'\n")
    expect(setAt(openDocument('a: x\n'), ['a'], '{{steps.b}}').text).toBe("a: '{{steps.b}}'\n")
    expect(readAt(setAt(openDocument('a: {b: x}\n'), ['a', 'b'], 'y, c: z'), ['a'])).toEqual({ b: 'y, c: z' })
    expect(setAt(openDocument('a: &x 1\nb: *x\n'), ['a'], 2).definition).toEqual({ a: 2, b: 2 })
  })

  it('quotes references, and makes the objects on the way to a value', () => {
    const changed = setAt(
      openDocument('name: a\nsteps:\n  - name: b\n    use: c\n    props:\n'),
      ['steps', 0, 'props', 'x'],
      '{{steps.trigger.event}}'
    )
    expect(changed.text).toBe(
      "name: a\nsteps:\n  - name: b\n    use: c\n    props:\n      x: '{{steps.trigger.event}}'\n"
    )
  })

  it('puts what is new where a reader looks for it', () => {
    const text = 'name: a\ntrigger: { type: http }\nsteps:\n  - name: b\n    use: c\n    props: { d: 1 }\n'
    const described = setAt(openDocument(text), ['description'], 'What it does')
    expect(described.text).toBe(text.replace('trigger', 'description: What it does\ntrigger'))
    const bound = setAt(openDocument(text), ['steps', 0, 'auth', 'slack', 'account'], 'me')
    expect(bound.text).toBe(text.replace('    props', '    auth:\n      slack:\n        account: me\n    props'))
    const timed = setAt(openDocument(text), ['settings', 'timeout'], '1m')
    expect(timed.text).toBe(`${text}settings:\n  timeout: 1m\n`)
  })

  it('writes code as a block, and opens the braces around it', () => {
    const changed = setAt(
      openDocument('name: a\nsteps:\n  - { name: b, code: x }\n'),
      ['steps', 0, 'code'],
      'one\n  two\n'
    )
    expect(changed.text).toBe('name: a\nsteps:\n  - name: b\n    code: |\n      one\n        two\n')
    expect(readAt(changed, ['steps', 0, 'code'])).toBe('one\n  two\n')
  })

  it('removes a value and the objects that held nothing else, but no step', () => {
    const text = 'name: a\nsteps:\n  - auth:\n      slack:\n        account: me\n'
    const changed = removeAt(openDocument(text), ['steps', 0, 'auth', 'slack', 'account'])
    expect(changed.text).toBe('name: a\nsteps:\n  - {}\n')
  })

  it('keeps comments inside an object that is replaced', () => {
    const text = 'settings:\n  retry:\n    # enough\n    attempts: 3\n    backoff: 1s\n'
    const changed = setAt(openDocument(text), ['settings', 'retry'], { attempts: 5 })
    expect(changed.text).toBe('settings:\n  retry:\n    # enough\n    attempts: 5\n')
  })

  it('says where a text does not parse, and stays as it is until it does', () => {
    const broken = openDocument('name: a\nsteps:\n  - name: [\n')
    expect(broken.definition).toBeUndefined()
    expect(broken.errors[0]).toMatchObject({ line: 4, column: 1 })
    expect(setAt(broken, ['name'], 'b')).toBe(broken)
  })

  it('takes nothing that is no object for a workflow', () => {
    expect(openDocument('- a\n').errors).toHaveLength(1)
    expect(openDocument('').definition).toEqual({})
    expect(setAt(openDocument(''), ['name'], 'a').text).toBe('name: a\n')
  })

  it('does not unfold a bomb of aliases', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a,*a,*a]',
      'c: &c [*b,*b,*b,*b,*b,*b,*b,*b]'
    ].join('\n')
    expect(openDocument(`${bomb}\nd: [*c,*c,*c,*c,*c,*c,*c]\n`).definition).toBeUndefined()
  })
})
