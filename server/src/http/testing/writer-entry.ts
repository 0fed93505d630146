/** The writer thread of HTTP's tests: real workflows and accounts, and rows of runs put there by hand. */
import { accountCommands } from '../../credentials/accounts.ts'
import { environmentCommands } from '../../credentials/environment-rows.ts'
import { leaseCommands } from '../../credentials/stores/lease-rows.ts'
import { storeCommands } from '../../credentials/stores/rows.ts'
import { auditCommands } from '../../history/audit.ts'
import { dataCommands } from '../../data/rows.ts'
import { authCommands } from '../auth/rows.ts'
import { testEventCommands } from '../../run/test-event-rows.ts'
import { serveWriter } from '../../storage/sqlite/writer-thread.ts'
import { workflowCommands } from '../../workflow/commands.ts'
import { draftCommands } from '../../workflow/draft-commands.ts'
import { runRows } from './run-rows.ts'

await serveWriter({
  ...workflowCommands,
  ...draftCommands,
  ...accountCommands,
  ...environmentCommands,
  ...auditCommands,
  ...storeCommands,
  ...leaseCommands,
  ...dataCommands,
  ...testEventCommands,
  ...authCommands,
  ...runRows
})
