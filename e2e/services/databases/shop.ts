/** What the tests of databases need of a server: a database of their own, and a user that may read one table of it. */
import { randomBytes } from 'node:crypto'
import type { JsonObject } from '@bellhop/sdk'
import type { StoreKind } from '../../../server/src/credentials/stores/store.ts'

export interface Shop {
  kind: StoreKind
  /** The user of `config`. */
  user: string
  /** As people write it, for the user that may read `customers` and write `notes`; on the loopback, so without TLS. */
  config: JsonObject
  /** Who signed the server's certificate, which is for `localhost`. */
  ca: string
  /** Runs statements as who may do everything. */
  admin(sql: string): Promise<unknown[]>
  /** Statements of this database that are being run now, by their text. */
  running(text: string): Promise<number>
  /** Sessions of the user. */
  sessions(): Promise<number>
  /** Gives the user another password and ends its sessions. */
  changePassword(password: string): Promise<void>
  close(): Promise<void>
}

/** The parts of its language in which a server differs. */
export interface Words {
  /** Takes very long, with a parameter. */
  sleep: string
  /** A column of numbers from 1 to 900. */
  numbers: string
  /** Sets something for the session. */
  set: string
  /** Reads what that has set, in a column `setting`. */
  read: string
  /** Reads a value that is no number as one. */
  notANumber: string
}

export const CUSTOMERS = `create table customers (id varchar(50) primary key, oauth_token varchar(100), team varchar(10));
insert into customers values ('acme', 'xoxp-acme', 'T1'), ('globex', 'xoxp-globex', 'T2');
create table hidden (id varchar(50), secret varchar(50));
create table notes (id varchar(50) primary key, note text)`

/** A name that no other test has. */
export const unique = (prefix: string): string => `${prefix}_${randomBytes(6).toString('hex')}`
