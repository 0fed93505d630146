/** The code of the steps that show what they know. */
import { WAYS } from './ways.ts'

const ways = Object.entries(WAYS).map(([name, way]) => `${JSON.stringify(name)}: async () => (${way})`)

/** What the vendor says backwards, which no scrubber knows, the code turns round: so it has what it should not have. */
export function moduleOf({ key, vendor, elsewhere }: { key: string; vendor: string; elsewhere: string }): string {
  return `
import fs from 'node:fs'
import { createHash } from 'node:crypto'
const turn = (text) => [...text].reverse().join('')
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
export default {
  props: { parcels: { type: 'app', app: 'parcels' }, store: { type: 'data_store' }, db: '$.service.db' },
  async run({ steps, $ }) {
    const { store, db } = this
    const { vendor, elsewhere } = ${JSON.stringify({ vendor, elsewhere })}
    const { body } = steps.trigger.event
    const answer = await fetch(vendor + '/v1/echo/' + body.id, { headers: { authorization: 'Bearer ' + ${key} } })
    const echo = await answer.json()
    // Of each list two secrets in clear, encoded once, and encoded twice.
    const every = [echo.backwards, body.backwards].map((list) => list.map(turn))
    const [clear, texts, deep] = [[0, 2], [0, 4], [4, 6]].map(([from, to]) => every.flatMap((list) => list.slice(from, to)))
    const [one] = texts
    const lines = turn(body.backwards[0])
    const all = texts.join(' ')
    if (body.way === 'control') await store.set('kept', 'nothing secret')
    if (body.way === 'control') return { digest: createHash('sha256').update(every.flat().join(' ')).digest('hex'), backwards: [...echo.backwards, ...body.backwards] }
    const ways = { ${ways.join(',\n')} }
    const shown = await ways[body.way].call(this)
    return shown instanceof Response ? shown.status : shown
  }
}`
}
