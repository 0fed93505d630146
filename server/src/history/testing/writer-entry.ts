/** A writer thread for history's tests: the sweeper's commands, and some that write rows as an engine does. */
import { serveWriter } from '../../storage/writer-thread.ts'
import { workflowCommands } from '../../workflow/commands.ts'
import { historyCommands } from '../commands.ts'
import { rowCommands } from './row-commands.ts'

serveWriter({ ...workflowCommands, ...historyCommands, ...rowCommands })
