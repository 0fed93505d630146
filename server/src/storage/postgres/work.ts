/** A command on its way into the database, however often it is tried. */
import { announcementOf, shortcutOf, type Command } from '../command.ts'
import { failureOf } from './failures.ts'
import type { Session } from './session.ts'

export class Work {
  readonly #command: Command<never, unknown>
  readonly #make: () => never
  readonly #boot: number
  #made: { args: never } | undefined
  #triedShortcut = false
  #doubtful = false

  /** @param make the command's arguments, asked for once, when there is a connection */
  constructor(command: Command<never, unknown>, make: () => never, boot: number) {
    this.#command = command
    this.#make = make
    this.#boot = boot
  }

  /** Whether all of it may have been done without anybody having heard. */
  get doubtful(): boolean {
    return this.#doubtful
  }

  /** One try. By its shortcut the first time; then by the command, which sees what that has done. */
  async carryOut(session: Session): Promise<unknown> {
    const { args } = (this.#made ??= { args: this.#make() })
    const short = await this.#takeShortcut(session, args)
    if (short !== undefined) return short.result
    const result = await this.#command(session, args)
    const subject = announcementOf(this.#command, args)
    if (subject !== undefined) await session.announce(this.#boot, subject)
    return result
  }

  async #takeShortcut(session: Session, args: never): Promise<{ result: unknown } | undefined> {
    if (this.#triedShortcut) return undefined
    this.#triedShortcut = true
    const short = shortcutOf(this.#command, args)
    if (short === undefined) return undefined
    try {
      return (await session.alone(short.statement, short.params)) > 0 ? short : undefined
    } catch (error) {
      // Without a failure it has not been sent.
      this.#doubtful = session.failure !== undefined && failureOf(error) === 'lost'
      throw error
    }
  }
}
