/** What bad input gets: one clear answer, and no run. */
import { expect, test } from 'vitest'
import { bellhop } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { post, world } from '../support/world.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const plain = `
name: plain
trigger: { type: http, respond: { static: { status: 201, body: { accepted: true } } } }
steps:
  - { name: pause, delay: 1ms }
`

test('every mistake of a definition is reported at once, with its path and a suggestion', async () => {
  const { server, data } = await world()
  const file = join(await temporaryFolder(), 'bad.yaml')
  await writeFile(
    file,
    `
name: bad
trigger: { type: http, respnd: last_step }
steps:
  - name: send
    use: slack-sendmessage
  - name: create
    use: github-create-issue
    props: { repo: acme/site, titel: "{{steps.sned.$return_value}}" }
`
  )
  const { code, stderr } = await bellhop(['deploy', file, '--server', server.url, '--data', data])
  expect(code).toBe(1)
  expect(stderr).toContain('slack-sendmessage')
  expect(stderr).toContain('slack-send-message')
  expect(stderr).toContain('respnd')
  expect(stderr).toContain('titel')
  expect(stderr).toContain('sned')
  expect((await server.api('GET', '/workflows')).body).toMatchObject({ workflows: [] })
})

test('what is no expression is refused with where and why', async () => {
  const { server } = await world()
  const { status, body } = await server.api(
    'PUT',
    '/workflows/plain',
    plain.replace('delay: 1ms', 'end_if: "{{steps.trigger.event.body.n = 1}}"'),
    'application/yaml'
  )
  expect(status).toBe(422)
  expect(JSON.stringify(body)).toContain('an expression changes nothing: it cannot assign')
})

test('malformed JSON is 400, an unknown endpoint 404, a large body 413, and none makes a run', async () => {
  const { server } = await world()
  const url = await server.deploy('plain', plain)
  const json = { 'content-type': 'application/json' }
  const malformed = await fetch(url, { method: 'POST', headers: json, body: '{"token": "super-secret-1' })
  expect(malformed.status).toBe(400)
  expect(await malformed.text()).not.toContain('super-secret')
  expect((await post(url.replace(/[^/]+$/, 'nowhere'), {})).status).toBe(404)
  expect((await post(url, { big: 'x'.repeat(6_000_000) })).status).toBe(413)
  expect((await server.api('GET', '/runs')).body).toMatchObject({ runs: [] })
})

test('JSON sent as a form is refused before anything of it is kept', async () => {
  const { server } = await world()
  const url = await server.deploy('plain', plain)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await fetch(url, { method: 'POST', headers: form, body: '{"slack_token":"super-secret-1"}' })
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('application/json')
  expect((await server.api('GET', '/runs')).body).toMatchObject({ runs: [] })
})

test('a disabled workflow is 404, and enabled again it runs', async () => {
  const { server } = await world()
  const url = await server.deploy('plain', plain)
  await server.api('PATCH', '/workflows/plain', { enabled: false })
  expect((await post(url, {})).status).toBe(404)
  await server.api('PATCH', '/workflows/plain', { enabled: true })
  expect(await post(url, {})).toMatchObject({ status: 201, body: { accepted: true } })
})

test('a trigger with a token refuses a wrong and a missing one with 401', async () => {
  const { server } = await world()
  const { body } = await server.api(
    'PUT',
    '/workflows/plain',
    plain.replace('type: http,', 'type: http, auth: { type: token },'),
    'application/yaml'
  )
  const { token, triggers } = body as { token: string; triggers: { url: string }[] }
  const url = triggers[0]?.url ?? ''
  expect((await post(url, {})).status).toBe(401)
  expect((await post(url, {}, { authorization: 'Bearer wrong' })).status).toBe(401)
  expect((await post(url, {}, { authorization: `Bearer ${token}` })).status).toBe(201)
  const { body: page } = await server.api('GET', '/runs')
  const runs = (page as { runs: { id: string }[] }).runs
  expect(runs).toHaveLength(1)
  expect(JSON.stringify((await server.api('GET', `/runs/${runs[0]?.id}`)).body)).not.toContain(token)
})

test('the admin API refuses a wrong token with 401', async () => {
  const { server } = await world()
  const answer = await fetch(`${server.url}/api/v1/workflows`, { headers: { authorization: 'Bearer wrong' } })
  expect(answer.status).toBe(401)
})

test('a respond: custom run that never responds is a clear error', async () => {
  const { server } = await world()
  const url = await server.deploy('plain', plain.replace(/respond: .*\} \}/, 'respond: custom }'))
  const answer = await post(url, {})
  expect(answer.status).toBe(500)
  expect(JSON.stringify(answer.body)).toContain('$.respond')
})
