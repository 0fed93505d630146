/**
 * What a sandbox process begins with: `node … runtime.mjs <program folder> <scratch folder>`. It makes the process what
 * foreign code may see, and only then waits for a call.
 */
import { syncBuiltinESMExports } from 'node:module'
import { Socket } from 'node:net'
import { Calls } from './calls.ts'
import { installConsole } from './console.ts'
import { lockDown } from './lockdown/lockdown.ts'
import { installNetwork } from './network/install.ts'

const [, , program = '/', scratch = '/'] = process.argv
const folders = { program, scratch }
const calls = new Calls(new Socket({ fd: 3, readable: true, writable: true }), folders)

process.chdir(scratch)
installConsole(calls)
lockDown(folders, installNetwork(calls))
syncBuiltinESMExports()
// Not before: what goes wrong until here ends the process.
process.on('uncaughtException', (error) => calls.failed(error))
process.on('unhandledRejection', (error) => calls.failed(error))
calls.ready()
