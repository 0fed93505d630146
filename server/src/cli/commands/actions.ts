import { Fault } from '@bellhop/sdk'
import { Command } from 'commander'
import type { ActionView, AppView } from '../../http/api/catalogue.ts'
import { unknownWord } from '../../workflow/mistakes.ts'
import { actionPage } from '../action-page.ts'
import { printRows } from '../columns.ts'
import { clientCommand, clientOf } from './server-options.ts'

type Options = { server: string; data: string; json?: true }

export function actionsCommand(): Command {
  return new Command('actions')
    .description('what a step can use: actions, their props and their credentials')
    .addCommand(list(), { isDefault: true })
    .addCommand(info())
    .addHelpText('after', '\nExamples:\n  $ bellhop actions\n  $ bellhop actions info slack-send-message\n')
}

function list(): Command {
  return clientCommand('list')
    .description('all actions, with the apps whose credentials they use')
    .option('--json', 'as JSON')
    .action(async (options: Options) => {
      const actions = await actionsOf(options)
      if (options.json === true) console.log(JSON.stringify(actions, null, 2))
      else printRows(actions.map(({ key, apps, name }) => [key, Object.values(apps).join(', '), name]))
    })
    .addHelpText('after', '\nExample:\n  $ bellhop actions list\n')
}

function info(): Command {
  return clientCommand('info')
    .description('one action with its props, its credentials and a step to begin with')
    .argument('<action>', 'its key, such as slack-send-message')
    .option('--json', 'as JSON')
    .action(async (key: string, options: Options) => {
      const actions = await actionsOf(options)
      const action = actions.find((known) => known.key === key)
      if (action === undefined) throw unknownAction(key, actions)
      const { apps } = (await clientOf(options).call('GET', '/apps')) as unknown as { apps: AppView[] }
      console.log(options.json === true ? JSON.stringify(action, null, 2) : actionPage(action, apps))
    })
    .addHelpText('after', '\nExample:\n  $ bellhop actions info slack-send-message\n')
}

async function actionsOf(options: Options): Promise<ActionView[]> {
  const { actions } = (await clientOf(options).call('GET', '/actions')) as unknown as { actions: ActionView[] }
  return actions
}

function unknownAction(key: string, actions: readonly ActionView[]): Fault {
  const { message } = unknownWord(
    'action',
    key,
    actions.map((known) => known.key)
  )
  return new Fault('unknown_action', message, { hint: 'List them with `bellhop actions`.' })
}
