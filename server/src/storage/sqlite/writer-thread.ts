import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { freeBytesOf } from './ballast.ts'
import type { Commands } from '../command.ts'
import { failureOf, noRoomToStart, openFault } from './failures.ts'
import { toWire, type FromWriter, type WriterData } from './protocol.ts'
import { Writer, type WriterSeams } from './writer.ts'

/**
 * The whole life of the writer thread; call it from the thread's entry file, with the commands of every subject.
 * Resolves when storage is closed.
 */
export async function serveWriter(commands: Commands, seams: WriterSeams = {}): Promise<void> {
  const data = workerData as WriterData
  try {
    await new Writer(data, commands, seams).serve()
  } catch (error) {
    const full = failureOf(error, () => freeBytesOf(data.dir)) === 'full'
    const fault = full ? noRoomToStart() : openFault(error, join(data.dir, 'bellhop.db'))
    data.port.postMessage({ kind: 'refused', error: toWire(fault) } satisfies FromWriter, [])
  }
  data.port.close()
}
