/**
 * The stand-in as a process of its own: `node examples/vendor/serve.ts [--port N] [--anyone] [--keep-calls N]`.
 * Prints one line, `listening http://127.0.0.1:N`, and stays until it is told to stop.
 */
import { parseArgs } from 'node:util'
import { startVendor } from './vendor.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4010' },
    anyone: { type: 'boolean', default: false },
    'keep-calls': { type: 'string', default: '100000' }
  }
})
const vendor = await startVendor({
  port: Number(values.port),
  anyone: values.anyone,
  keepCalls: Number(values['keep-calls'])
})
console.log(`listening ${vendor.url}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void vendor.close())
