import OpenAI from 'openai'
import type { Called } from '../called.ts'

export default async ({ steps: { url, token } }: Called): Promise<unknown> => {
  const client = new OpenAI({ apiKey: token, baseURL: `${url}/v1` })
  const messages = [{ role: 'user', content: 'hi' } as const]
  const { choices } = await client.chat.completions.create({ model: 'm', messages })
  const words: string[] = []
  for await (const chunk of await client.chat.completions.create({ model: 'm', messages, stream: true })) {
    words.push(chunk.choices[0]?.delta.content ?? '')
  }
  return [choices[0]?.message.content, ...words]
}
