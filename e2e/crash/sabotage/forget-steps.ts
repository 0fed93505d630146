/** A server that goes on without having written what a step left. */
import { replaceWrite } from './writes.ts'

replaceWrite('finishStep', async () => true)
