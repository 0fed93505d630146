import { Command } from 'commander'
import type { OfferView } from '../../http/api/components.ts'
import { printRows } from '../columns.ts'
import { clientCommand, clientOf } from './server-options.ts'

type Options = { server: string; data: string; json?: true }

export function componentsCommand(): Command {
  return new Command('components')
    .description('components of npm packages, which a step can `use` as they are')
    .addCommand(search())
    .addCommand(info())
    .addHelpText(
      'after',
      '\nExamples:\n  $ bellhop components search slack\n  $ bellhop components info @pipedream/slack\n'
    )
}

function search(): Command {
  return clientCommand('search')
    .description('look in the server’s registry for packages with the keyword `pipedream` or `bellhop`')
    .argument('<words...>', 'what its name, description or keywords should have')
    .option('--json', 'as JSON')
    .action(async (words: string[], options: Options) => {
      const path = `/components?search=${encodeURIComponent(words.join(' '))}`
      const { packages } = (await clientOf(options).call('GET', path)) as unknown as {
        packages: { name: string; version: string; description: string }[]
      }
      if (options.json === true) console.log(JSON.stringify(packages, null, 2))
      else if (packages.length === 0) console.log('no package has these words and one of the keywords')
      else printRows(packages.map(({ name, version, description }) => [name, version, oneLine(description)]))
    })
    .addHelpText('after', '\nExample:\n  $ bellhop components search slack\n')
}

function info(): Command {
  return clientCommand('info')
    .description('what a package offers: its actions with their apps and props')
    .argument('<package>', 'such as @pipedream/slack, or @pipedream/slack@0.10.2')
    .option('--json', 'as JSON')
    .action(async (name: string, options: Options) => {
      const path = `/components/${encodeURIComponent(name)}`
      const offer = (await clientOf(options).call('GET', path)) as unknown as OfferView
      console.log(options.json === true ? JSON.stringify(offer, null, 2) : page(offer))
    })
    .addHelpText('after', '\nExample:\n  $ bellhop components info @pipedream/slack\n')
}

function page({ package: name, version, actions }: OfferView): string {
  if (actions.length === 0) return `${name}@${version} offers no actions`
  const apps = [...new Set(actions.flatMap((action) => Object.values(action.apps)))].toSorted()
  const count = actions.length === 1 ? 'one action' : `${actions.length} actions`
  const head = `${name}@${version} offers ${count}${apps.length === 0 ? '' : `, for ${apps.join(', ')}`}`
  return [head, ...actions.map(section)].join('\n\n')
}

function section({ use, name, version, description, apps, props, problem }: OfferView['actions'][number]): string {
  const bound = Object.entries(apps).map(([as, app]) => (as === app ? as : `${as} (${app})`))
  const inputs = Object.entries(props).map(([prop, { type, optional }]) => `${prop}: ${type}${optional ? '?' : ''}`)
  return [
    `use: "${use}"`,
    `  ${oneLine(name)}, ${version}${description === '' ? '' : `: ${oneLine(description)}`}`,
    ...(bound.length === 0 ? [] : [`  apps   ${bound.join(', ')}`]),
    ...(inputs.length === 0 ? [] : [`  props  ${inputs.join(', ')}`]),
    ...(problem === undefined ? [] : [`  cannot be used here: ${oneLine(problem)}`])
  ].join('\n')
}

/** A package's own words: of bounded length, and nothing that a terminal would act on. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return line.length > 160 ? `${line.slice(0, 160)}…` : line
}
