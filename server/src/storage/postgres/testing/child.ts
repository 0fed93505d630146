/** A process for tests to kill, over the database given. */
import { randomUUID } from 'node:crypto'
import { commands } from '../../testing/commands.ts'
import { countUp } from '../../testing/counting.ts'
import { PostgresStorage } from '../storage.ts'

const [url = ''] = process.argv.slice(2)
const node = { executor: randomUUID(), name: 'child', version: '0' }
await countUp(() => PostgresStorage.open({ url, commands, node, onTrouble: () => undefined }))
