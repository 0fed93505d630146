/** Every subject's commands for the writer: the one table that both threads know. */
import { accountCommands } from '../credentials/accounts.ts'
import { environmentCommands } from '../credentials/environment-rows.ts'
import { leaseCommands } from '../credentials/stores/lease-rows.ts'
import { storeCommands } from '../credentials/stores/rows.ts'
import { dataCommands } from '../data/rows.ts'
import { engineCommands } from '../engine/stored/commands.ts'
import { auditCommands } from '../history/audit.ts'
import { historyCommands } from '../history/commands.ts'
import { authCommands } from '../http/auth/rows.ts'
import { testEventCommands } from '../run/test-event-rows.ts'
import { workflowCommands } from '../workflow/commands.ts'
import { draftCommands } from '../workflow/draft-commands.ts'
import { keyCheckCommands } from './key-check.ts'

export const commands = {
  ...engineCommands,
  ...workflowCommands,
  ...draftCommands,
  ...accountCommands,
  ...environmentCommands,
  ...auditCommands,
  ...storeCommands,
  ...leaseCommands,
  ...dataCommands,
  ...historyCommands,
  ...authCommands,
  ...testEventCommands,
  ...keyCheckCommands
}

export type AllCommands = typeof commands
