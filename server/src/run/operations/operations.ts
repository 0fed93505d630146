/**
 * What a step's code asks of the server: one table of operations, for first-party actions, whose `$` calls them in this
 * process, and for sandboxed code, whose `$` asks for them by name (`Operations.ask`).
 *
 * Who owns what: an `Operations` belongs to one attempt of one step, and `left` is what that attempt leaves; nothing in it
 * counts until the attempt has ended well and the step has its checkpoint. What comes in is hostile: each input is read by
 * its schema, and a refusal names the operation and the place, never a value.
 */
import { Fault, type Json, type WaitUrls } from '@bellhop/sdk'
import type { z } from 'zod'
import { data } from './data.ts'
import { exporting } from './exporting.ts'
import { flow, urlsOf } from './flow.ts'
import { respond } from './respond.ts'
import { send } from './send.ts'
import { newLeft, type Left, type Operation, type Site } from './site.ts'

const TABLE = {
  export: exporting,
  respond,
  'flow.exit': flow.exit,
  'flow.delay': flow.delay,
  'flow.suspend': flow.suspend,
  'flow.rerun': flow.rerun,
  'send.http': send,
  'data.get': data.get,
  'data.has': data.has,
  'data.size': data.size,
  'data.page': data.page,
  'data.set': data.set,
  'data.ttl': data.ttl,
  'data.delete': data.delete,
  'data.clear': data.clear
} as const

type Table = typeof TABLE
type Name = keyof Table
type Input<N extends Name> = z.input<Table[N]['input']>
type Result<N extends Name> = ReturnType<Table[N]['run']>

export class Operations {
  readonly left: Left = newLeft()
  readonly #site: Site

  constructor(site: Omit<Site, 'left'>) {
    this.#site = { ...site, left: this.left }
  }

  /** Where the waits of this step are ended from outside: the same for each of them. */
  get waitUrls(): WaitUrls {
    return urlsOf(this.#site)
  }

  /**
   * Carries an operation out for code of this process.
   * @throws Fault `bad_operation`, and what the operation throws
   */
  do<N extends Name>(name: N, input: Input<N>): Result<N> {
    return this.#run(name, input) as Result<N>
  }

  /**
   * The same for sandboxed code, which may ask for anything.
   * @throws Fault `unknown_operation`, `bad_operation`, and what the operation throws
   */
  async ask(name: string, input: Json): Promise<Json> {
    if (!isName(name)) throw new Fault('unknown_operation', 'the step asked the server for something that there is not')
    return (await this.#run(name, input)) ?? null
  }

  #run(name: Name, input: unknown): Json | undefined | Promise<Json | undefined> {
    const operation: Operation = TABLE[name]
    const read = operation.input.safeParse(input)
    if (!read.success) throw badInput(name, read.error)
    return operation.run(this.#site, read.data as never)
  }
}

/** What was wanted; of what was given nothing is repeated. */
function expectedBy(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type':
      return `of type ${issue.expected}`
    case 'too_small':
      return `at least ${issue.minimum}${issue.origin === 'string' ? ' characters long' : ''}`
    case 'too_big':
      return `at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`
    default:
      return 'something else'
  }
}

function isName(name: string): name is Name {
  return Object.hasOwn(TABLE, name)
}

function badInput(name: Name, { issues: [issue] }: z.ZodError): Fault {
  const known = (issue?.path ?? []).filter((part) => typeof part === 'number' || /^[a-z_]{1,20}$/i.test(String(part)))
  const where = known.length === 0 ? '' : `: \`${known.map(String).join('.')}\` should be ${expectedBy(issue)}`
  return new Fault('bad_operation', `\`$.${name}\` was called with something else than it takes${where}`, {
    hint: 'docs/flow.md says what it takes.'
  })
}
