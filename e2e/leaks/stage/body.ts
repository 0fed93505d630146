import type { Cast } from './cast.ts'
import { elementsOf } from './each.ts'
import type { Planted } from './request.ts'

/** The body of a trigger request and its media type. */
export interface Body {
  body: Buffer | undefined
  type: string | undefined
}

export function bodyOf(cast: Cast, planted: readonly Planted[]): Body {
  switch (cast.scenario.request.body) {
    case 'json':
      return { body: Buffer.from(JSON.stringify(documentOf(cast, planted))), type: 'application/json' }
    case 'form':
      return { body: Buffer.from(fieldsOf(cast, planted).toString()), type: 'application/x-www-form-urlencoded' }
    case 'multipart':
      return multipart(cast, planted)
    case 'text':
      return { body: Buffer.from(textOf(cast, planted)), type: 'text/plain; charset=utf-8' }
    case 'binary':
      return { body: bytesOf(cast, planted), type: 'application/octet-stream' }
    case 'secret':
      return { body: Buffer.from(cast.credentials[0]?.value ?? ''), type: 'text/plain' }
    case 'none':
      return { body: undefined, type: undefined }
  }
}

function documentOf(cast: Cast, planted: readonly Planted[]): Record<string, unknown> {
  const bound = (wanted: string): Record<string, unknown> =>
    Object.fromEntries(
      cast.credentials
        .filter(({ carrier }) => carrier === wanted)
        .map(({ index, value, numeric }) => [`credential${index}`, numeric ? Number(value) : value])
    )
  const at = (place: Planted['place']): Planted[] => planted.filter((one) => one.place === place)
  return {
    marker: cast.marker,
    ...bound('body'),
    accounts: [{ 'x y': bound('deep_body') }],
    users: elementsOf(cast),
    notes: at('value').map(({ text }) => ({ deep: { note: text } })),
    list: [1, true, null, ...at('list').map(({ text, numeric }) => (numeric ? Number(text) : text))],
    text: at('text').map(({ text }) => `He said “${text}”, twice: ${text}.`),
    ...Object.fromEntries(at('key').map(({ text }, index) => [text, index]))
  }
}

function fieldsOf(cast: Cast, planted: readonly Planted[]): URLSearchParams {
  const fields = new URLSearchParams({ marker: cast.marker })
  for (const { carrier, index, value } of cast.credentials) {
    if (carrier === 'body') fields.append(`credential${index}`, value)
  }
  for (const { place, text } of planted) {
    if (place === 'key') fields.append(text, 'key')
    else if (isInside(place)) fields.append('note', text)
  }
  return fields
}

function isInside(place: Planted['place']): boolean {
  return place === 'value' || place === 'list' || place === 'text'
}

function multipart(cast: Cast, planted: readonly Planted[]): Body {
  const boundary = `boundary-${cast.id}`
  const parts = [...fieldsOf(cast, planted)].map(([name, value]) => {
    // Every client quotes other characters in its own way, which is not what is tried here.
    const plain = /^[\w.%+/=-]+$/.test(name) ? name : `note of another name`
    return Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${plain}"\r\n\r\n${value}\r\n`)
  })
  const file = Buffer.concat([
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n`),
    Buffer.from('content-type: application/octet-stream\r\n\r\n'),
    bytesOf(cast, planted),
    Buffer.from(`\r\n--${boundary}--\r\n`)
  ])
  return { body: Buffer.concat([...parts, file]), type: `multipart/form-data; boundary=${boundary}` }
}

function textOf(cast: Cast, planted: readonly Planted[]): string {
  const said = planted.filter(({ place }) => isInside(place) || place === 'key').map(({ text }) => `He said ${text}.`)
  return [cast.marker, ...said].join('\n')
}

/** Bytes that are no text, between which the secrets stand at any alignment. */
function bytesOf(cast: Cast, planted: readonly Planted[]): Buffer {
  const inside = planted.filter(({ place }) => isInside(place) || place === 'key')
  const parts = inside.flatMap(({ text }, index) => [Buffer.alloc(index + 1, 0xfe), Buffer.from(text)])
  return Buffer.concat([Buffer.from([0, 0xff]), Buffer.from(cast.marker), ...parts, Buffer.from([0x80])])
}
