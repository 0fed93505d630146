import type { Command } from 'commander'
import { timeline } from '../../history/timeline.ts'
import type { RunView } from '../../history/views.ts'
import { clientCommand, clientOf } from './server-options.ts'

export function showCommand(): Command {
  return clientCommand('show')
    .description('show one run as a timeline')
    .argument('<run>', 'the run’s id')
    .option('--json', 'as JSON')
    .action(async (run: string, options: { server: string; data: string; json?: true }) => {
      const view = (await clientOf(options).call('GET', `/runs/${encodeURIComponent(run)}`)) as unknown as RunView
      if (options.json === true) console.log(JSON.stringify(view, null, 2))
      else printTimeline(view)
    })
    .addHelpText('after', '\nExample:\n  $ bellhop show 019aa8b2-6f3c-7000-8a51-2f1f6e1a9b7c\n')
}

/** The timeline as this terminal can show it. */
function printTimeline(view: RunView): void {
  const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
  console.log(timeline(view, { width: process.stdout.columns ?? 100, colour, now: Date.now() }))
}
