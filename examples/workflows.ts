/** Workflows to begin with, for people who make a new one. */
import { readFileSync } from 'node:fs'

export interface ExampleWorkflow {
  name: string
  /** What lists call it. */
  title: string
  description: string
  /** Its definition in YAML. */
  text: string
}

/** In the order in which somebody should meet them. */
const EXAMPLES: readonly Omit<ExampleWorkflow, 'text'>[] = [
  {
    name: 'notify-customer',
    title: 'Post to a customer’s Slack',
    description: 'Sends a message with the Slack token that the request brings.'
  },
  {
    name: 'notify-from-vault',
    title: 'Take the token from Vault',
    description: 'The same message, with a token that the binding fetches from a secrets store.'
  },
  {
    name: 'remind-overdue',
    title: 'Call an API several times',
    description: 'Looks something up with the customer’s token, ends early when there is nothing, and sets a reminder.'
  },
  {
    name: 'notify-everyone',
    title: 'Many customers in one run',
    description: 'Goes through a list, and acts for each customer with a token of their own.'
  },
  {
    name: 'price-total',
    title: 'Write code',
    description: 'Adds up prices in JavaScript, with a package from npm.'
  },
  {
    name: 'daily-digest',
    title: 'Run every morning',
    description: 'Posts to your own Slack at nine on weekdays, with a connected account.'
  }
]

let read: readonly ExampleWorkflow[] | undefined

/** The examples with their texts; the files are read when they are first asked for. */
export function exampleWorkflows(): readonly ExampleWorkflow[] {
  read ??= EXAMPLES.map((example) => ({ ...example, text: textOf(example.name) }))
  return read
}

/** The definition of an example, as its file has it. */
export function textOf(name: string): string {
  return readFileSync(new URL(`./workflows/${name}.yaml`, import.meta.url), 'utf8')
}
