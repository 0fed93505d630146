import { describe, expect, test } from 'vitest'
import { defineApp, defineComponent, type OptionsPage, type OptionsQuery } from '../index.ts'
import { additionalPropsOf, optionsOf, runAction } from '../testing.ts'

const shelf = defineApp({
  type: 'app',
  app: 'shelf',
  propDefinitions: {
    book: {
      type: 'string',
      label: 'Book',
      useQuery: true,
      async options({ page, prevContext, query, by }: OptionsQuery & { by?: string }): Promise<OptionsPage> {
        const books = await this.books(String(page), query ?? '', by ?? '')
        return { options: books, context: { seen: `${prevContext['seen'] === undefined ? 0 : 1}` } }
      }
    }
  },
  methods: {
    async books(...words: string[]): Promise<string[]> {
      const headers = { authorization: `Bearer ${this.$auth['key'] ?? ''}` }
      const answer = await fetch(`https://shelf.example/books/${words.join('-')}`, { headers })
      return (await answer.json()) as string[]
    }
  }
})

const borrow = defineComponent({
  props: {
    shelf,
    author: { type: 'string' },
    book: { propDefinition: [shelf, 'book', ({ author }) => ({ by: author })] },
    any: { propDefinition: [shelf, 'book'] },
    days: { type: 'integer', options: [7, { label: 'Two weeks', value: 14 }], reloadProps: true, optional: true },
    note: {
      type: 'string',
      optional: true,
      async options(): Promise<OptionsPage> {
        return [this.greeting()]
      }
    },
    fee: { type: 'integer', hidden: true }
  },
  methods: {
    greeting(): string {
      return `Dear ${this.author}`
    }
  },
  async additionalProps(defined) {
    if (this.days === 14) defined.fee.hidden = false
    return this.days === 14 ? { card: { type: 'string', label: 'Card' } } : {}
  },
  async run() {
    return { ...this, shelf: null, greeting: this.greeting() }
  }
})

const key = { auth: { shelf: { key: 'key-of-ada' } } }
const answer = ({ url }: { url: string }): Response => Response.json([url.slice(url.lastIndexOf('/') + 1)])

describe('options', () => {
  test('by a function of the app, with what is passed on, the page and the query', async () => {
    const props = { author: 'Woolf' }
    const test = { ...key, answer, props, page: 2, query: 'to', prevContext: { seen: 'yes' } }
    expect(await optionsOf(borrow, 'book', test)).toEqual({
      options: [{ label: '2-to-Woolf', value: '2-to-Woolf' }],
      context: { seen: '1' }
    })
  })

  test('from the first page on, without anything', async () => {
    expect(await optionsOf(borrow, 'any', { ...key, answer })).toMatchObject({ options: [{ value: '0--' }] })
  })

  test('that are written down, or come from the component', async () => {
    const { options } = await optionsOf(borrow, 'days')
    expect(options).toEqual([
      { label: '7', value: 7 },
      { label: 'Two weeks', value: 14 }
    ])
    expect(await optionsOf(borrow, 'note', { props: { author: 'Ada' } })).toEqual({
      options: [{ label: 'Dear Ada', value: 'Dear Ada' }]
    })
  })

  test('that are not there are a mistake of the test', async () => {
    await expect(optionsOf(borrow, 'author')).rejects.toMatchObject({ code: 'test_no_options' })
    await expect(optionsOf(borrow, 'missing')).rejects.toMatchObject({
      hint: expect.stringContaining('shelf, author, book') as string
    })
  })
})

test('additional props come with the changes to those that are there, and change nothing for good', async () => {
  expect(await additionalPropsOf(borrow, { props: { days: 14 } })).toMatchObject({
    card: { type: 'string' },
    fee: { hidden: false }
  })
  expect(await additionalPropsOf(borrow, { props: { days: 7 } })).not.toHaveProperty('card')
  expect(borrow.props?.fee.hidden).toBe(true)
})

test('a component with additional props runs with whatever it is given', async () => {
  const props = { author: 'Woolf', book: 'Orlando', any: 'x', days: '14', card: 'c1' }
  const { value } = await runAction(borrow, { ...key, props })
  expect(value).toMatchObject({ author: 'Woolf', days: 14, card: 'c1', greeting: 'Dear Woolf' })
})
