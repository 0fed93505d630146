import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@bellhop/sdk'
import { Command } from 'commander'
import { loadOrCreateKey } from '../../secrets/keys.ts'
import { dataOption } from './server-options.ts'

export function keysCommand(): Command {
  return new Command('keys')
    .description('the sealing key, which protects everything secret at rest')
    .addCommand(generate())
    .addCommand(check())
    .addHelpText('after', '\nExample:\n  $ export BELLHOP_KEY=$(bellhop keys generate)\n')
}

function generate(): Command {
  return new Command('generate')
    .description('print a new key for BELLHOP_KEY')
    .action(() => console.log(randomBytes(32).toString('base64')))
    .addHelpText('after', '\nExample:\n  $ export BELLHOP_KEY=$(bellhop keys generate)\n')
}

function check(): Command {
  return new Command('check')
    .description('say whether the key of a data directory can be read')
    .addOption(dataOption())
    .action((options: { data: string }) => {
      if (process.env['BELLHOP_KEY'] === undefined && !existsSync(join(options.data, 'key'))) {
        throw new Fault('key_missing', `there is no key at ${options.data}/key, and BELLHOP_KEY is not set`, {
          hint: 'Name the data directory with --data; its first start makes a key.'
        })
      }
      loadOrCreateKey(options.data, process.env)
      console.log(
        process.env['BELLHOP_KEY'] === undefined ? `the key in ${options.data}/key is sound` : 'BELLHOP_KEY is sound'
      )
    })
    .addHelpText('after', '\nExample:\n  $ bellhop keys check --data /var/lib/bellhop\n')
}
