/** Commands: every write of every subject. */
import type { Query, Statement } from './query.ts'
import type { Tx } from './tx.ts'

/**
 * A write, all of which is carried out or nothing. It awaits nothing but its `tx`: in SQLite it runs in the writer thread, in
 * a savepoint of its own, and no other command in between; on PostgreSQL it is a transaction. What it throws takes back its own
 * changes and rejects its own promise; arguments and result can be structured-cloned. It may run twice (when its group did
 * not fit on the disk, or met another transaction), so it has no effect outside `tx`.
 */
export type Command<A, R> = (tx: Tx, args: A) => Promise<R>

/** A table of commands by name. */
export type Commands = Record<string, Command<never, unknown>>

const freeing = new WeakSet<object>()

/** Marks a command as one that makes room: it may use the ballast's, and runs while the disk is full. */
export function frees<A, R>(command: Command<A, R>): Command<A, R> {
  freeing.add(command)
  return command
}

export function isFreeing(command: Command<never, unknown>): boolean {
  return freeing.has(command)
}

const apart = new WeakSet<object>()

/**
 * Marks a command whose rows are kept apart by row locks alone: what it decides by, it decides in the `where` of a statement
 * that writes or locks that row, or a unique key decides it. On PostgreSQL such a command runs at READ COMMITTED, where two
 * that meet wait for each other and go on. All others are SERIALIZABLE: right whatever they read, but one of two that meet
 * is carried out again, and they are watched by page as well as by row.
 */
export function concurrent<A, R>(command: Command<A, R>): Command<A, R> {
  apart.add(command)
  return command
}

export function isConcurrent(command: Command<never, unknown>): boolean {
  return apart.has(command)
}

const announcing = new WeakMap<object, (args: never) => string>()

/**
 * Marks a command after which other nodes look again at what they remember. They are told with its commit.
 * @param subject what they are told, such as `workflows` or `run <id>`; nothing secret
 */
export function announces<A, R>(command: Command<A, R>, subject: (args: A) => string): Command<A, R> {
  announcing.set(command, subject)
  return command
}

/** What other nodes are told of a command. */
export function announcementOf(command: Command<never, unknown>, args: never): string | undefined {
  return announcing.get(command)?.(args)
}

/** A statement with its parameters, and the command's result where it changed rows. */
export interface Shortcut<R> {
  readonly statement: Statement
  readonly params: object
  readonly result: R
}

export function shortcut<P extends object, R>(statement: Query<P, unknown>, params: P, result: R): Shortcut<R> {
  return { statement, params, result }
}

const shortcuts = new WeakMap<object, (args: never) => Shortcut<unknown> | undefined>()

/**
 * Marks a `concurrent` command that announces nothing, and all of which one statement can do for most arguments. On PostgreSQL
 * a statement is a transaction in itself, with one message there and one back. Where it changed no row, or its answer was
 * lost, the command itself is carried out: it sees whether the statement has done its work.
 */
export function atOnce<A, R>(command: Command<A, R>, shortcutFor: (args: A) => Shortcut<R> | undefined): Command<A, R> {
  shortcuts.set(command, shortcutFor)
  return command
}

export function shortcutOf(command: Command<never, unknown>, args: never): Shortcut<unknown> | undefined {
  return shortcuts.get(command)?.(args)
}

const urgents = new WeakSet<object>()

/**
 * Marks a command that neither stands behind others nor waits long for an answer: a node's lease lapses in seconds. On
 * PostgreSQL such commands have a connection of their own.
 */
export function urgent<A, R>(command: Command<A, R>): Command<A, R> {
  urgents.add(command)
  return command
}

export function isUrgent(command: Command<never, unknown>): boolean {
  return urgents.has(command)
}
