/** What a small company has in its Bellhop: workflows, accounts, stores, secrets, and the customers' traffic of a day. */
import { readFileSync } from 'node:fs'
import type { Vendor } from '@bellhop/examples/vendor'
import { post } from '../../support/post.ts'
import type { ServerProcess } from '../../support/server-process.ts'

export const CUSTOMERS = {
  ada: 'xoxb-2914075311-ada-screenshots-only',
  grace: 'xoxb-2914075311-grace-screenshots-only',
  linus: 'xoxb-2914075311-linus-screenshots-only'
}

const EXAMPLES = new URL('../../../examples/workflows/', import.meta.url)

function textOf(name: string): string {
  return readFileSync(new URL(`${name}.yaml`, EXAMPLES), 'utf8')
}

const APPROVE = `name: approve-refund
description: Asks support about a refund, and pays it once somebody has said yes.
trigger: { type: http }
steps:
  - name: ask_support
    use: slack-send-message
    auth: { slack: { account: support-bot } }
    props:
      channel: '#support'
      text: 'Refund {{steps.trigger.event.body.order}} ({{steps.trigger.event.body.amount}} EUR)?'
  - name: cooling_off
    delay: 3d
  - name: tell_customer
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: '{{steps.trigger.event.body.slack_token}}' } } }
    props: { channel: '#general', text: 'Your refund is on its way.' }
`

const SCORE = `name: score-lead
description: Scores a lead and tells sales about the good ones.
trigger: { type: http, respond: last_step }
steps:
  - name: score
    code: |
      export default ({ steps }) => {
        const { seats = 1, plan = 'free' } = steps.trigger.event.body
        const score = Math.min(100, seats * 2 + (plan === 'enterprise' ? 60 : 20))
        console.log('scored', score)
        return { score, hot: score >= 80 }
      }
  - name: only_hot
    end_if: { value: '{{steps.score.$return_value.hot}}', is: 'false', reason: the score is below 80 }
  - name: tell_sales
    use: slack-send-message
    auth: { slack: { account: support-bot } }
    props: { channel: '#alerts', text: 'A hot lead: {{steps.trigger.event.body.company}}' }
`

/** Deploys all of it, and lets a day's traffic through. */
export async function useIt(server: ServerProcess, vendor: Vendor): Promise<void> {
  await equip(server)
  const deploy = (name: string, text: string): Promise<string> =>
    server.deploy(name, text.replaceAll('http://127.0.0.1:4010', vendor.url))
  const [notify, everyone, remind] = await Promise.all(
    ['notify-customer', 'notify-everyone', 'remind-overdue'].map((name) => deploy(name, textOf(name)))
  )
  const approve = await deploy('approve-refund', APPROVE)
  const score = await deploy('score-lead', SCORE)
  await server.api(
    'PUT',
    '/workflows/daily-digest',
    textOf('daily-digest').replace('our-bot', 'support-bot'),
    'application/yaml'
  )
  await server.api('PUT', '/workflows/notify-from-vault', textOf('notify-from-vault'), 'application/yaml')
  await server.api('POST', '/drafts', { name: 'welcome-new-hire' })
  await traffic({ notify, everyone, remind, approve, score })
}

async function equip(server: ServerProcess): Promise<void> {
  const put = async (path: string, body: object): Promise<void> => {
    const { status, body: answer } = await server.api('PUT', path, body)
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`)
  }
  await put('/accounts/slack/support-bot', { fields: { oauth_access_token: CUSTOMERS.ada } })
  await put('/accounts/slack/release-bot', { fields: { oauth_access_token: CUSTOMERS.grace } })
  await put('/env/SIGNING_KEY', { value: 'signing-key-for-screenshots', hosts: ['hooks.example.com'] })
  await put('/env/GEOCODER_KEY', { value: 'geocoder-key-for-screenshots', hosts: ['api.example.org'] })
  await put('/stores/main-vault', {
    kind: 'vault',
    config: {
      address: 'https://vault.example.com:8200',
      namespace: 'team',
      auth: { approle: { role_id: '5a7c2e1b', secret_id: 'for-screenshots-only' } }
    }
  })
  await put('/stores/crm', {
    kind: 'postgres',
    config: {
      host: 'db.example.com',
      database: 'crm',
      user: 'bellhop_reader',
      password: 'for-screenshots-only',
      query: 'select oauth_token as token, team from customers where id = $1'
    }
  })
}

type Endpoints = Record<'approve' | 'score', string> & Record<'notify' | 'everyone' | 'remind', string | undefined>

const TEXTS = ['Your order is on its way', 'Invoice 2041 is paid', 'Your export is ready', 'Welcome to the beta']

async function traffic({ notify = '', everyone = '', remind = '', approve, score }: Endpoints): Promise<void> {
  const tokens = Object.values(CUSTOMERS)
  for (let i = 0; i < 42; i += 1) {
    const slack_token = i % 14 === 9 ? 'xoxb-revoked-by-its-customer' : (tokens[i % tokens.length] ?? '')
    const text = TEXTS[i % TEXTS.length]
    if (i % 4 !== 3) await post(notify, { slack_token, channel: i % 17 === 5 ? '#old-news' : '#general', text })
    if (i % 3 === 0) await post(remind, { days: 3 }, { 'x-acme-token': slack_token })
    if (i % 5 === 1) await post(score, { company: 'Hooli', seats: 12 + i, plan: i % 2 === 0 ? 'free' : 'enterprise' })
    if (i % 20 === 15) await post(approve, { order: `A-${1040 + i}`, amount: 40 + i, slack_token })
    if (i % 16 === 7) {
      const customers = tokens.map((token) => ({ channel: '#general', slack_token: token }))
      await post(everyone, { text, customers: [...customers, { channel: '#general', slack_token: 'xoxb-revoked' }] })
    }
  }
}
