/** Answers that come line by line, each line a JSON document (NDJSON). */
import { call } from './client.ts'

/** The lines of an answer as they arrive; empty ones keep the connection alive and are passed over. */
export async function* lines<T>(path: string, init: RequestInit): AsyncGenerator<T> {
  const headers = new Headers(init.headers)
  headers.set('accept', 'application/x-ndjson')
  const response = await call(path, { ...init, headers })
  for await (const line of textLines(response)) if (line !== '') yield JSON.parse(line) as T
}

async function* textLines({ body }: Response): AsyncGenerator<string> {
  if (body === null) return
  let rest = ''
  const text = body.pipeThrough(new TextDecoderStream()).getReader()
  for (let read = await text.read(); !read.done; read = await text.read()) {
    const parts = (rest + read.value).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  yield rest
}
