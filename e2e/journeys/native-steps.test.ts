/** Steps in Python and Bash, from outside: refused unless the operator allows them, and then behind the door like all others. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { levelsHere } from '../../server/src/sandbox/native/testing/levels.ts'
import { bellhop } from '../support/cli.ts'
import { dataFiles } from '../support/data-files.ts'
import { post, world } from '../support/world.ts'

const page = await readFile(new URL('../../docs/native-steps.md', import.meta.url), 'utf8')
const [best] = await levelsHere()

const TOKEN = 'xoxb-1906-a-token-of-a-native-step'

const python = (vendor: string): string => `name: native
trigger: { type: http, respond: last_step }
steps:
  - name: tell
    language: python
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.token}}" } } }
    props: { channel: "#{{steps.trigger.event.body.channel}}" }
    code: |
      import json, os, urllib.request

      def handler(pd):
          token = pd.inputs["slack"]["$auth"]["oauth_access_token"]
          print("the token is", token)
          body = json.dumps({"channel": pd.inputs["channel"], "text": os.environ["GREETING"]}).encode()
          headers = {"authorization": "Bearer " + token, "content-type": "application/json"}
          request = urllib.request.Request("${vendor}/api/chat.postMessage", body, headers)
          pd.export("status", urllib.request.urlopen(request).status)
          return {"token": token, "name": pd.steps["trigger"]["event"]["body"]["name"]}
  - name: shout
    language: bash
    code: |
      echo "again: $(cat "$PIPEDREAM_STEPS")"
      echo "length=\${#GREETING}" >> "$PIPEDREAM_EXPORTS"
      printf 'told:json=%s\\n' "$(sed -E 's/.*"tell":(.*)\\}$/\\1/' "$PIPEDREAM_STEPS")" >> "$PIPEDREAM_EXPORTS"
settings:
  egress: ["${vendor.replace('http://', '')}"]
  env: { GREETING: hello }
`

test('a deploy is refused, with why and what to do, unless the operator allows them', async () => {
  const { server, vendor } = await world()
  const { status, body } = await server.api('PUT', '/workflows/native', python(vendor.url), 'application/yaml')
  expect(status).toBe(422)
  expect(body).toMatchObject({
    errors: [
      {
        path: 'steps[0].language',
        message: expect.stringContaining('runs no steps in Python or Bash') as string,
        expected: expect.stringContaining('--allow-native-steps') as string
      },
      { path: 'steps[1].language' }
    ]
  })
  const { stdout } = await bellhop(['doctor', '--server', server.url, '--data', server.data])
  expect(stdout).toContain('steps in Python and Bash are off')
})

test.runIf(best)(
  'they see handles, reach the vendor through the door, and leave exports and lines without a secret',
  async () => {
    const { server, vendor, data } = await world({ args: ['--allow-native-steps'] })
    const { stdout } = await bellhop(['doctor', '--server', server.url, '--data', server.data])
    expect(stdout).toMatch(/steps in Python \(\d[\d.]+\) and Bash \(\d[\d.]+\) run (?:in namespaces|as a user)/)
    const url = await server.deploy('native', python(vendor.url))
    const answer = await post(url, { token: TOKEN, channel: 'general', name: 'Ada' })
    const handle = expect.stringMatching(/^bhdl\.slack\.oauth_access_token\.\w+$/) as string
    expect(answer.body).toEqual({ token: handle, name: 'Ada' })
    expect(vendor.messages).toMatchObject([{ channel: 'C0GENERAL', text: 'hello', customer: 'anyone' }])
    const { runs } = (await server.api('GET', '/runs?limit=1')).body as { runs: { id: string }[] }
    const run = (await server.api('GET', `/runs/${runs[0]?.id}`)).body as { steps: Record<string, unknown>[] }
    expect(run.steps).toMatchObject([
      {
        name: 'tell',
        exports: { status: 200, $return_value: { token: handle } },
        logs: [{ level: 'info', text: expect.stringMatching(/^the token is bhdl\.slack\./) as string }]
      },
      {
        name: 'shout',
        exports: { length: '5', told: { status: 200, $return_value: { token: handle } } },
        logs: [{ text: expect.stringContaining('again: {"trigger"') as string }]
      }
    ])
    expect(JSON.stringify(run) + server.output).not.toContain(TOKEN)
    await server.stop()
    for (const { name, bytes } of await dataFiles(data)) {
      for (const form of [TOKEN, btoa(TOKEN).slice(0, 40), Buffer.from(TOKEN).toString('hex')]) {
        expect(bytes.includes(form), name).toBe(false)
      }
    }
  }
)

test.runIf(best)('every definition of the page deploys', async () => {
  const { server } = await world({ args: ['--allow-native-steps'] })
  const blocks = page.matchAll(/^( *)```yaml\n([\s\S]*?)^\1```$/gm)
  const texts = [...blocks].map(([, indent = '', text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
  expect(texts.length).toBe(3)
  for (const text of texts) {
    const name = /^name: (\S+)$/m.exec(text)?.[1] ?? ''
    const { status, body } = await server.api('PUT', `/workflows/${name}`, text, 'application/yaml')
    expect([status, body], text).toMatchObject([201, { name, version: 1 }])
  }
})
