/** A server that starts a step which never ends, says so, and is then killed by the test: `node dying-server.ts <folder> <level> <mark>`. */
import { join } from 'node:path'
import type { NativeLevel } from '../launch.ts'
import { NativeSteps } from '../native.ts'

const [, , data = '', level, mark = ''] = process.argv
const native = new NativeSteps(join(data, 'native'), data, level as NativeLevel)
await native.run({
  language: 'bash',
  step: 'it',
  file: 'it.sh',
  code: `setsid sleep ${mark} &\nsetsid setsid sleep ${mark} & sleep 0.2\necho started; sleep ${mark}`,
  steps: {},
  inputs: {},
  context: {},
  env: {},
  timeoutMs: 60_000,
  signal: new AbortController().signal,
  log: (_, text) => console.log(text),
  connect: (_, stream) => void stream.destroy(),
  ask: async () => null
})
