import { WebClient } from '@slack/web-api'
import type { Called } from '../called.ts'

export default async ({ steps: { url, token } }: Called): Promise<unknown> => {
  const client = new WebClient(token, { slackApiUrl: `${url}/api/` })
  return client.apiCall('chat.postMessage', { channel: 'C1', text: 'hi' })
}
