import { Command } from 'commander'
import { printRows } from '../columns.ts'
import { clientCommand, clientOf } from './server-options.ts'
import { triggerLine, type TriggerView } from './triggers.ts'

interface WorkflowItem {
  name: string
  version: number
  enabled: boolean
  triggers: TriggerView[]
}

type Options = { server: string; data: string }

export function workflowsCommand(): Command {
  return new Command('workflows')
    .description('list workflows, or switch one on or off')
    .addCommand(list(), { isDefault: true })
    .addCommand(toggle('enable', true))
    .addCommand(toggle('disable', false))
    .addCommand(remove())
    .addHelpText('after', '\nExamples:\n  $ bellhop workflows\n  $ bellhop workflows disable notify-customer\n')
}

function list(): Command {
  return clientCommand('list')
    .description('all workflows with their triggers')
    .action(async (options: Options) => {
      const { workflows } = (await clientOf(options).call('GET', '/workflows')) as unknown as {
        workflows: WorkflowItem[]
      }
      if (workflows.length === 0) console.log('no workflows yet: deploy one with `bellhop deploy <file>`')
      printRows(
        workflows.map(({ name, version, enabled, triggers }) => [
          name,
          `v${version}`,
          enabled ? 'enabled' : 'disabled',
          triggers.map(triggerLine).join('  ')
        ])
      )
    })
    .addHelpText('after', '\nExample:\n  $ bellhop workflows list\n')
}

function toggle(verb: 'enable' | 'disable', enabled: boolean): Command {
  return clientCommand(verb)
    .description(`${verb} a workflow's triggers`)
    .argument('<workflow>', 'its name')
    .action(async (name: string, options: Options) => {
      const body = { type: 'application/json', text: JSON.stringify({ enabled }) }
      await clientOf(options).call('PATCH', `/workflows/${encodeURIComponent(name)}`, body)
      console.log(`${verb}d ${name}`)
    })
    .addHelpText('after', `\nExample:\n  $ bellhop workflows ${verb} notify-customer\n`)
}

function remove(): Command {
  return clientCommand('delete')
    .description('delete a workflow, its versions and its history')
    .argument('<workflow>', 'its name')
    .action(async (name: string, options: Options) => {
      await clientOf(options).call('DELETE', `/workflows/${encodeURIComponent(name)}`)
      console.log(`deleted ${name}`)
    })
    .addHelpText('after', '\nExample:\n  $ bellhop workflows delete notify-customer\n')
}
