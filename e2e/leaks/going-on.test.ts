/** I1: secrets stay sealed while their run leaves memory, while its server is dead, and when it goes on. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomText } from './grammar/secrets.ts'
import { House } from './house.ts'
import { Judge } from './judge/judge.ts'

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

const TOKEN = randomText(40, 'a token that outlives its server')

/** More than five seconds, so that the run leaves memory. */
const PAUSE = '6s'

function deploy(): Promise<string> {
  const call = (name: string): object => ({
    name,
    use: 'slack-send-message',
    auth: { slack: { runtime: { oauth_access_token: '{{steps.trigger.event.body.token}}' } } },
    props: { channel: '#general', text: name }
  })
  const definition = {
    name: 'patient',
    trigger: { type: 'http' },
    steps: [call('first'), { name: 'pause', delay: PAUSE }, call('second')]
  }
  return house.server.deploy('patient', JSON.stringify(definition))
}

async function statusOf(run: string): Promise<string> {
  const { body } = await house.server.api('GET', `/runs/${run}`)
  return (body as { status: string }).status
}

/** Everything that was written since the last look, or is shown at this moment. */
async function look(judge: Judge, when: string, run: string | undefined): Promise<void> {
  for (const { file, bytes } of house.files.changes()) judge.examine(`file ${file} ${when}`, bytes)
  judge.examine(`output ${when}`, Buffer.from(house.server.output))
  if (run !== undefined) judge.examine(`run ${when}`, (await house.admin.call('GET', `/runs/${run}`)).bytes)
}

test('a run that sleeps through the death of its server', { timeout: 90_000 }, async () => {
  const { vendor } = house
  vendor.admit('patient', TOKEN)
  const judge = new Judge()
  judge.knows({ name: 'token', value: TOKEN })

  const answer = await fetch(await deploy(), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: TOKEN, again: Buffer.from(TOKEN).toString('base64') })
  })
  const { run } = (await answer.json()) as { run: string }
  await expect.poll(() => statusOf(run), { timeout: 10_000 }).toBe('waiting')
  await look(judge, 'while it sleeps', run)
  await house.server.kill()
  await look(judge, 'while its server is dead', undefined)
  await house.restart()
  await look(judge, 'after the restart', run)
  await expect.poll(() => statusOf(run), { timeout: 30_000 }).toBe('succeeded')
  await look(judge, 'after its end', run)

  expect(judge.leaks).toEqual([])
  expect(vendor.messages.map(({ customer, text }) => [customer, text])).toEqual([
    ['patient', 'first'],
    ['patient', 'second']
  ])
})
