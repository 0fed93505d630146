/** A process for tests to kill, over the directory given. */
import { countUp } from '../../testing/counting.ts'
import { SqliteStorage } from '../storage.ts'

const [dir = '', entry = 'writer-entry'] = process.argv.slice(2)
const writer = new URL(`./${entry}.ts`, import.meta.url)
await countUp(() => SqliteStorage.open({ dir, writer, ballastBytes: 0 }))
