import { DEMO_TOKENS } from './vendor/customers.ts'

export interface CurlCommand {
  /** What it shows, in one line. */
  title: string
  /** For a POSIX shell; may go over several lines. */
  command: string
}

/**
 * Commands that try the demo's workflows. A workflow without an endpoint is left out.
 * @param baseUrl where Bellhop listens: `http://127.0.0.1:4000`
 * @param endpoints by workflow, the id of its endpoint
 */
export function curlCommands(baseUrl: string, endpoints: Readonly<Record<string, string>>): CurlCommand[] {
  const message = { slack_token: DEMO_TOKENS['ada'] ?? '', channel: '#general', text: 'Your order’s on its way.' }
  const acme = { 'x-acme-token': DEMO_TOKENS['ada'] ?? '' }
  const none = { 'x-acme-token': DEMO_TOKENS['grace'] ?? '' }
  const requests = [
    {
      title: 'Send a Slack message with the token that comes in the request:',
      workflow: 'notify-customer',
      headers: {},
      body: message
    },
    {
      title: 'The same, and nothing of the run is kept:',
      workflow: 'notify-customer',
      headers: { 'x-pd-nostore': '1' },
      body: message
    },
    {
      title: 'Set a reminder at Acme, with a token in a header:',
      workflow: 'remind-overdue',
      headers: acme,
      body: { days: 3 }
    },
    {
      title: 'The same for a customer who owes nothing; the run ends early:',
      workflow: 'remind-overdue',
      headers: none,
      body: { days: 3 }
    }
  ]
  return requests.flatMap(({ title, workflow, headers, body }) => {
    const endpoint = endpoints[workflow]
    if (endpoint === undefined) return []
    return [{ title, command: curl(`${baseUrl}/in/${endpoint}`, headers, body) }]
  })
}

function curl(url: string, headers: Readonly<Record<string, string>>, body: object): string {
  const parts = [
    `curl -sS ${quoted(url)}`,
    ...Object.entries({ 'content-type': 'application/json', ...headers }).map(
      ([name, value]) => `-H ${quoted(`${name}: ${value}`)}`
    ),
    `-d ${quoted(JSON.stringify(body))}`
  ]
  return parts.join(' \\\n  ')
}

/** One word for any POSIX shell: in single quotes nothing has a meaning but the single quote itself. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
