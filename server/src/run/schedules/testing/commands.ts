/** What schedules, their runs and their sweeping need of a writer. */
import { engineCommands } from '../../../engine/stored/commands.ts'
import { historyCommands } from '../../../history/commands.ts'
import { workflowCommands } from '../../../workflow/commands.ts'

export const commands = { ...engineCommands, ...workflowCommands, ...historyCommands }
export type TestCommands = typeof commands
