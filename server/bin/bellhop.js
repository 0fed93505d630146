#!/usr/bin/env node
// Plain JavaScript that any Node.js since 13 can read: it only decides whether the real program can start.
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const major = Number(process.versions.node.split('.')[0])
if (major < 26) {
  console.error(
    'bellhop needs Node.js 26 or later, and this is ' +
      process.version +
      ': run it with npx or npm start, which bring their own, or install Node.js 26.'
  )
  process.exit(1)
}
// Types are stripped and code is compiled once, not at every start. In the package's own folder, where nobody else
// writes: the cache is code.
module.enableCompileCache(fileURLToPath(new URL('../.cache', import.meta.url)))
void import('../src/cli/main.ts').then((cli) => cli.main(process.argv.slice(2)))
