import { readFileSync } from 'node:fs'
import { Fault } from '@bellhop/sdk'
import type { Command } from 'commander'
import { faultOfProblem, mistakeLine, type Client, type ToldMistake, type ToldProblem } from '../client.ts'
import { completed, type Completed } from '../code-files.ts'
import { clientCommand, clientOf } from './server-options.ts'
import { triggerLine, type TriggerView } from './triggers.ts'

interface DeployAnswer {
  name: string
  version: number
  created: boolean
  triggers: TriggerView[]
  token?: string
  warnings?: ToldMistake[]
}

export function deployCommand(): Command {
  return clientCommand('deploy')
    .description('deploy a workflow definition (YAML or JSON)')
    .argument('<file>', 'the definition')
    .action(async (file: string, options: { server: string; data: string }) => {
      const text = read(file)
      const type = file.endsWith('.json') ? 'application/json' : 'application/yaml'
      const path = `/workflows/${encodeURIComponent(await nameIn(text, file))}`
      const definition = await completed(text, file)
      report(await deploy(clientOf(options), path, type, definition), definition)
    })
    .addHelpText('after', '\nExample:\n  $ bellhop deploy notify-customer.yaml\n')
}

type Line =
  | { type: 'progress'; text: string }
  | { type: 'deployed'; deployment: DeployAnswer }
  | { type: 'problem'; problem: ToldProblem }

/** Prints what the server is doing as it says so. @throws Fault with the server's own words, lines being those of the file */
async function deploy(client: Client, path: string, type: string, { text, lineOf }: Completed): Promise<DeployAnswer> {
  const answer = await client.open('PUT', path, { type, text }, 'application/x-ndjson')
  for await (const line of linesOf(answer)) {
    const said = JSON.parse(line) as Line
    if (said.type === 'progress') console.log(`  ${said.text}`)
    else if (said.type === 'deployed') return said.deployment
    else {
      const errors = said.problem.errors?.map((mistake) => placed(mistake, lineOf))
      throw faultOfProblem({ ...said.problem, ...(errors === undefined ? {} : { errors }) })
    }
  }
  throw new Fault('server_went_away', 'the server ended its answer before it was done', {
    hint: 'Look at the server, and deploy again.'
  })
}

async function* linesOf({ body }: Response): AsyncGenerator<string> {
  if (body === null) return
  let rest = ''
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter((line) => line !== '')
  }
}

function placed(mistake: ToldMistake, lineOf: (line: number) => number): ToldMistake {
  return mistake.line === undefined ? mistake : { ...mistake, line: lineOf(mistake.line) }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new Fault('file_unreadable', `cannot read ${file}`, {
      hint: 'Check the path; it is relative to this directory.'
    })
  }
}

/** The name decides the address of the deployment; everything else of the file is the server's to judge. */
async function nameIn(text: string, file: string): Promise<string> {
  const name = await nameOf(text)
  if (typeof name === 'string' && name !== '') return name
  throw new Fault('definition_nameless', `${file} has no \`name:\` at its top level, or is not YAML`, {
    hint: 'Write `name: my-workflow` in its first line.'
  })
}

/** YAML is loaded here, because `main` loads every command for each. */
async function nameOf(text: string): Promise<unknown> {
  const { parse } = await import('yaml')
  try {
    // Not `silent`, which would also keep silent about what is no YAML.
    const definition: unknown = parse(text, { logLevel: 'error' })
    return typeof definition === 'object' && definition !== null ? Reflect.get(definition, 'name') : undefined
  } catch {
    // The server reports every mistake of the file with its line, if it can at least be addressed.
    return /^\s*"?name"?\s*:\s*"?([a-z0-9-]+)/m.exec(text)?.[1]
  }
}

function report(answer: DeployAnswer, { lineOf }: Completed): void {
  const what = answer.created ? 'deployed' : 'unchanged:'
  console.log(`${what} ${answer.name}, version ${answer.version}`)
  for (const trigger of answer.triggers)
    console.log(`  ${trigger.type === 'http' ? 'http  ' : ''}${triggerLine(trigger)}`)
  if (answer.token !== undefined)
    console.log(`  token ${answer.token}   (shown once: callers send it as a bearer token)`)
  for (const warning of answer.warnings ?? []) console.log(`  warning: ${mistakeLine(placed(warning, lineOf))}`)
}
