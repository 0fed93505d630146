/** From a definition and a file beside it to a version that runs: the command line, the real server, a stand-in for the registry. */
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startRegistry, type StandInRegistry } from '../../server/src/sandbox/build/testing/registry.ts'
import { bellhop, type CliAnswer } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { post, world, type World } from '../support/world.ts'

interface House extends World {
  registry: StandInRegistry
  folder: string
  /** Runs the command line against this server. */
  cli: (...args: string[]) => Promise<CliAnswer>
  /** Writes a definition and deploys it. */
  deploy: (text: string, file?: string) => Promise<CliAnswer>
}

async function house(): Promise<House> {
  const registry = await startRegistry()
  onTestFinished(() => registry.close())
  registry.publish(
    {
      name: 'shout',
      version: '1.0.0',
      json: { type: 'module' },
      files: { 'index.js': 'export const shout = (t) => t.toUpperCase()' }
    },
    {
      name: '@example/chat',
      version: '0.2.0',
      json: { main: 'chat.app.mjs' },
      files: {
        'chat.app.mjs': 'export default { type: "app", app: "chat" }',
        'actions/say.mjs': `import chat from '../chat.app.mjs'
          export default { key: 'chat-say', name: 'Say', description: 'Says it.', version: '0.1.0', type: 'action',
            props: { chat, text: { type: 'string', label: 'Text' }, loud: { type: 'boolean', optional: true } }, run() { return this.text } }`,
        'actions/broken.mjs': `throw new Error('not today')
          export default { key: 'chat-broken', name: 'Broken', version: '0.1.0', type: 'action', run() {} }`
      }
    }
  )
  const folder = await temporaryFolder()
  const made = await world({ env: { BELLHOP_NPM_REGISTRY: registry.url } })
  const house: House = {
    ...made,
    registry,
    folder,
    cli: (...args) => bellhop([...args, '--server', house.server.url, '--data', made.data]),
    async deploy(text, file = 'it.yaml') {
      await writeFile(join(folder, file), text)
      return house.cli('deploy', join(folder, file))
    }
  }
  return house
}

const HEAD = 'name: it\ntrigger: { type: http, respond: last_step }\nsteps:\n'
const ended = (code: number, output: RegExp) => ({
  code,
  [code === 0 ? 'stdout' : 'stderr']: expect.stringMatching(output) as string
})

test('a file beside the definition is deployed with its packages, says so as it goes, and runs, also after a restart', async () => {
  const { folder, deploy, registry, ...it } = await house()
  await mkdir(join(folder, 'src'))
  const code = `import { shout } from 'shout@1.0.0'
    export default defineComponent({ props: { text: { type: 'string' } }, async run() { return shout(this.text as string) } })`
  await writeFile(join(folder, 'src/shape.ts'), code)
  const definition = `${HEAD}  - name: shape
    file: ./src/shape.ts   # beside it
    props: { text: "{{steps.trigger.event.body.text}}" }\n`
  const first = await deploy(definition)
  expect(first).toMatchObject(
    ended(0, /^ {2}looking up shout@1\.0\.0\n {2}fetched a package .*\n.*\ndeployed it, version 1\n/)
  )
  const url = /http\S+\/in\/\S+/.exec(first.stdout)?.[0] ?? ''
  const path = new URL(url).pathname
  expect((await post(url, { text: 'a' })).body).toBe('A')

  const asked = registry.asked.length
  expect(await deploy(definition)).toMatchObject(ended(0, /^unchanged: it, version 1\n/))
  expect(registry.asked).toHaveLength(asked)

  await it.server.stop()
  const again = await it.restart()
  expect((await post(again.url + path, { text: 'b' })).body).toBe('B')
})

test('what is wrong is told with the line of the definition, and of the code', async () => {
  const { folder, deploy, data } = await house()
  const inline = await deploy(`${HEAD}  - name: one
    code: |
      import { shout, whisper } from 'shout'
      export default () => shout('a')
  - name: two
    code: "import 'no-such-package'; export default () => 1"\n`)
  expect(inline).toMatchObject(
    ended(
      1,
      /line 9, steps\[1\]\.code: line 1, column 8 of the code: the package `no-such-package` is not in the registry/
    )
  )
  const unknown = await deploy(`${HEAD}  - name: one
    code: |
      import { shout, whisper } from 'shout'
      export default () => shout('a')\n`)
  expect(unknown).toMatchObject(
    ended(1, /line 6, steps\[0\]\.code: line 1, column 17 of the code: No matching export .* for import "whisper"/)
  )
  await writeFile(join(folder, 'bad.js'), 'export default () => {\n  return 1 +\n}\n')
  const file = await deploy(`${HEAD}  - name: one\n    file: bad.js\n  - name: two\n    use: clock-raed\n`)
  expect(file.stderr).toContain('line 7, steps[1].use: unknown action')
  const syntax = await deploy(`${HEAD}  - name: one\n    file: bad.js\n`)
  expect(syntax).toMatchObject(ended(1, /line 5, steps\[0\]\.code: bad\.js:3:1: Unexpected "}"/))
  expect((await readdir(join(data, 'sandbox', 'building'))).length).toBe(0)
})

test('only files beside the definition or below are read and sent', async () => {
  const { folder, deploy, server } = await house()
  const outside = join(await temporaryFolder(), 'outside.js')
  await writeFile(outside, 'export default () => "s3cret"')
  await symlink(outside, join(folder, 'link.js'))
  for (const path of [outside, `${'../'.repeat(12)}${outside.slice(1)}`, 'link.js']) {
    const refused = await deploy(`${HEAD}  - name: one\n    file: ${path}\n`)
    expect(refused).toMatchObject(ended(1, /is not in the definition’s folder/))
  }
  expect(await deploy(`${HEAD}  - name: one\n    file: gone.js\n`)).toMatchObject(ended(1, /cannot read gone\.js/))
  const bare = await server.api('PUT', '/workflows/it', `${HEAD}  - name: one\n    file: one.js\n`, 'application/yaml')
  expect(bare).toMatchObject({ status: 422 })
  expect(JSON.stringify(bare.body)).toContain('`bellhop deploy` reads the `file`')
})

test('files in JSON definitions, too', async () => {
  const { folder, deploy } = await house()
  await writeFile(join(folder, 'one.js'), 'export default () => "from JSON"')
  const json = JSON.stringify({
    name: 'it',
    trigger: { type: 'http', respond: 'last_step' },
    steps: [{ name: 'one', file: 'one.js' }]
  })
  const answer = await deploy(json, 'it.json')
  expect(answer).toMatchObject(ended(0, /deployed it, version 1/))
  expect((await post(/http\S+\/in\/\S+/.exec(answer.stdout)?.[0] ?? '', {})).body).toBe('from JSON')
})

test('two deploys of one name at once: both are versions, and the one that was asked for last is current', async () => {
  const { server } = await house()
  const put = (n: number) =>
    server.api(
      'PUT',
      '/workflows/it',
      `${HEAD}  - name: one\n    code: "export default () => ${n}"\n`,
      'application/yaml'
    )
  const answers = await Promise.all([put(1), put(2), put(2)])
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 200])
  const { body } = await server.api('GET', '/workflows/it')
  expect(body).toMatchObject({ version: 2, definition: { steps: [{ code: 'export default () => 2' }] } })
})

test('packages with components are found, and what they offer is listed', async () => {
  const { cli } = await house()
  expect(await cli('components', 'search', 'chat')).toMatchObject(
    ended(0, /^@example\/chat +0\.2\.0 +@example\/chat, made for a test\n$/)
  )
  const info = await cli('components', 'info', '@example/chat')
  expect(info.stdout).toBe(`@example/chat@0.2.0 offers 2 actions, for chat

use: "@example/chat#chat-broken"
  Broken, 0.1.0
  cannot be used here: the code fails as it is loaded: not today

use: "@example/chat#chat-say"
  Say, 0.1.0: Says it.
  apps   chat
  props  text: string, loud: boolean?
`)
  expect(await cli('components', 'info', '@example/none')).toMatchObject(ended(1, /is not in the registry/))
})
