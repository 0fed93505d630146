/**
 * The process that runs statements for the server. While a statement keeps its main thread, another one ends it: when the
 * server has ended, which holds standard input open, and when it takes too much memory, which SQLite cannot be told.
 */
import { Worker } from 'node:worker_threads'
import type { Request } from './protocol.ts'
import { runStatement } from './statement.ts'

const WATCH = `
const { read } = require('node:fs')
const end = () => process.kill(process.pid, 'SIGKILL')
read(0, Buffer.alloc(1), end)
setInterval(() => process.memoryUsage.rss() > 512 * 1024 * 1024 && end(), 50)
`

const watch = new Worker(WATCH, { eval: true })
watch.unref()

process.on('message', (request) => {
  process.send?.(runStatement(request as Request))
})
