/** Starts the services named as a run of the tests does, tells on a line what it found, and stops when its input ends. */
import { once } from 'node:events'
import type { Services } from '../services.ts'
import { startServices } from '../setup.ts'

const { found, stop } = await startServices(process.argv.slice(2) as (keyof Services)[])
console.log(`found ${JSON.stringify(found)}`)
process.stdin.resume()
await once(process.stdin, 'end')
await stop()
