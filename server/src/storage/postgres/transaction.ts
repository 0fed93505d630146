/** One transaction, from its first word to an end that is known, or known to be unknown. */
import type { Connections } from './connections.ts'
import { Session, type Isolation } from './session.ts'

/** Only of `committed` may be told (I2). */
export type Ended<R> =
  | { how: 'committed'; result: R }
  /** The work threw; nothing was written. */
  | { how: 'refused'; error: unknown }
  /** A statement or the commit failed; nothing was written. `thrown` is what the work made of it. */
  | { how: 'failed'; error: unknown; thrown: unknown }
  /** There was no connection; nothing was written. */
  | { how: 'unreachable'; error: unknown }
  /**
   * The commit was sent, and the connection broke before its answer. It is neither taken for done (I2) nor done once more
   * here, where it might be done twice: who gave the command is told. What is written of a run is fenced by the row that says
   * whose it is, and keyed by its place, so that giving the command again cannot double it; and whoever takes the run over
   * reads what is there.
   */
  | { how: 'unknown' }

/**
 * Does all of `work` or nothing. It may be one command, or several that have to do with the same rows, or with none.
 */
export async function inTransaction<R>(
  connections: Pick<Connections, 'connect'>,
  isolation: Isolation,
  work: (session: Session) => Promise<R>
): Promise<Ended<R>> {
  let session
  try {
    session = new Session(await connections.connect(), isolation)
  } catch (error) {
    return { how: 'unreachable', error }
  }
  try {
    return await carryOut(session, work)
  } finally {
    session.release()
  }
}

async function carryOut<R>(session: Session, work: (session: Session) => Promise<R>): Promise<Ended<R>> {
  let result
  try {
    result = await work(session)
  } catch (thrown) {
    await session.rollBack()
    return session.failure === undefined
      ? { how: 'refused', error: thrown }
      : { how: 'failed', ...session.failure, thrown }
  }
  return commit(session, result)
}

async function commit<R>(session: Session, result: R): Promise<Ended<R>> {
  let done
  try {
    done = await session.commit()
  } catch (thrown) {
    // Whoever says after an error that it is ready for more has given up the transaction. Otherwise the error was about
    // the connection, and the commit may have been carried out: the server answers only after that.
    const answered = await session.rollBack()
    return answered ? { how: 'failed', error: thrown, thrown } : { how: 'unknown' }
  }
  // What the server makes of a commit after a statement that failed, even where the work did not mind.
  if (done === 'ROLLBACK') return { how: 'failed', error: session.failure?.error, thrown: session.failure?.error }
  return { how: 'committed', result }
}
