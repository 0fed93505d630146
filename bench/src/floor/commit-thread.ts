/** The floor's writer thread: commits what has come in while the last commit was syncing, as one group. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { Store, type Row } from './store.ts'

const store = new Store(String(workerData))
const port = parentPort
if (port === null) throw new Error('this is a worker thread')

port.on('message', (first: Row[]) => {
  let rows = first
  let groups = 1
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    rows = rows.concat(next.message as Row[])
    groups += 1
  }
  store.insert(rows)
  port.postMessage(groups, [])
})
