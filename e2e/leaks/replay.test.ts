/** Replays: what is sent along for the credentials that are gone is as secret as what the request brought (I1, I5). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomText } from './grammar/secrets.ts'
import { House } from './house.ts'
import { Judge, report } from './judge/judge.ts'

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

const definition = (vendor: string): object => ({
  name: 'again',
  trigger: { type: 'http' },
  steps: [
    {
      name: 'look',
      use: 'http-request',
      auth: { http: { runtime: { bearer_token: '{{steps.trigger.event.body.opener}}' } } },
      // What the vendor is told comes back to the run, in this form and encoded.
      props: { method: 'POST', url: `${vendor}/v1/notes?_echo=body:json,body:base64`, body: { n: 1 } }
    },
    {
      name: 'tell',
      use: 'slack-send-message',
      auth: { slack: { runtime: { oauth_access_token: '{{steps.trigger.event.body.opener}}' } } },
      props: { channel: '#general', text: 'hello' }
    }
  ]
})

async function ended(run: string): Promise<Buffer> {
  for (;;) {
    const { body, bytes } = await house.admin.call('GET', `/runs/${run}`)
    const { status } = JSON.parse(body.toString()) as { status: string }
    if (status !== 'running') return bytes
  }
}

test.each([{}, { from_step: 'tell' }])('of a replay %j no credential is found, first or second', async (from) => {
  const [first, second, other] = ['first', 'second', 'other'].map((name) => randomText(40, name + JSON.stringify(from)))
  const judge = new Judge()
  for (const value of [first, second, other]) judge.knows({ name: 'a credential', value: value ?? '' })
  const deployed = await house.admin.call('PUT', '/workflows/again', definition(house.vendor.url))
  const { triggers } = JSON.parse(deployed.body.toString()) as { triggers: { url: string }[] }
  const answer = await fetch(triggers[0]?.url ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': other ?? '' },
    body: JSON.stringify({ opener: first, said: `opens with ${first}` })
  })
  const { run } = (await answer.json()) as { run: string }
  judge.examine('first run', await ended(run))

  const query = 'from_step' in from ? '?from_step=tell' : ''
  const offer = await house.admin.call('GET', `/runs/${run}/replay${query}`)
  judge.examine('offer', offer.bytes)
  const { credentials } = JSON.parse(offer.body.toString()) as { credentials: { path: string; required: boolean }[] }
  const [asked] = credentials.filter(({ required }) => required)
  expect(asked?.path).toBe('steps.trigger.event.body.opener')
  const wrong = await house.admin.call('POST', `/runs/${run}/replay`, { ...from, credentials: { other: second } })
  judge.examine('a wrong path', wrong.bytes)
  const replayed = await house.admin.call('POST', `/runs/${run}/replay`, {
    ...from,
    credentials: { [asked?.path ?? '']: second }
  })
  expect(replayed.status).toBe(202)
  judge.examine('replay', replayed.bytes)
  const { run: id } = JSON.parse(replayed.body.toString()) as { run: string }
  const shown = await ended(id)
  expect(shown.toString()).toContain('"replay_of"')
  judge.examine('second run', shown)
  judge.examine('live view', (await house.admin.call('GET', `/runs/${id}/events`)).bytes)
  judge.examine('messages that were posted', Buffer.from(JSON.stringify(house.vendor.messages)))
  judge.examine('output of the server', Buffer.from(house.server.output))
  for (const { file, bytes } of house.files.whole()) judge.examine(`file ${file}`, bytes)
  expect(report(judge.leaks)).toBe(report([]))
})
