import type { Command } from 'commander'
import { accountsCommand } from './accounts.ts'
import { actionsCommand } from './actions.ts'
import { auditCommand } from './audit.ts'
import { componentsCommand } from './components.ts'
import { dataCommand } from './data.ts'
import { deployCommand } from './deploy.ts'
import { doctorCommand } from './doctor.ts'
import { envCommand } from './env.ts'
import { initCommand } from './init.ts'
import { keysCommand } from './keys.ts'
import { migrateCommand } from './migrate.ts'
import { replayCommand } from './replay.ts'
import { runCommand } from './run.ts'
import { runsCommand } from './runs.ts'
import { showCommand } from './show.ts'
import { startCommand } from './start.ts'
import { storesCommand } from './stores.ts'
import { usersCommand } from './users.ts'
import { workflowsCommand } from './workflows.ts'

/** All of them, in the order in which the help lists them. */
export function commands(): Command[] {
  return [
    startCommand(),
    deployCommand(),
    workflowsCommand(),
    actionsCommand(),
    componentsCommand(),
    runCommand(),
    runsCommand(),
    showCommand(),
    replayCommand(),
    accountsCommand(),
    storesCommand(),
    envCommand(),
    auditCommand(),
    dataCommand(),
    usersCommand(),
    keysCommand(),
    migrateCommand(),
    initCommand(),
    doctorCommand()
  ]
}
