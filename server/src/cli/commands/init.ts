import { resolve } from 'node:path'
import { Command } from 'commander'
import { writeComponent } from '../init/component.ts'
import { namingOf } from '../init/naming.ts'

export function initCommand(): Command {
  return new Command('init')
    .description('begin something new in a folder of its own')
    .addCommand(component())
    .addHelpText('after', '\nExample:\n  $ bellhop init component parcel-post\n')
}

function component(): Command {
  return new Command('component')
    .description('make a package of components: an app, an action, and its test')
    .argument('[name]', 'of the package, with or without a scope', 'my-app')
    .action(async (name: string) => {
      const naming = namingOf(name)
      await writeComponent(resolve(naming.kebab), naming)
      console.log(`made ${naming.kebab}/: the app ${naming.title}, an action and its test`)
      console.log(`  cd ${naming.kebab} && npm install && npm test`)
    })
    .addHelpText('after', '\nExample:\n  $ bellhop init component @acme/parcel-post\n')
}
