/** Every kind of store. The next one is a folder beside this file and an entry here. */
import { awsSecretsManager } from './aws/aws.ts'
import { mysql } from './database/mysql/mysql.ts'
import { postgres } from './database/postgres/postgres.ts'
import { sqlite } from './database/sqlite/sqlite.ts'
import { nango } from './nango/nango.ts'
import type { StoreKind } from './store.ts'
import { vault } from './vault/vault.ts'

const KINDS: readonly StoreKind[] = [vault, awsSecretsManager, postgres, mysql, sqlite, nango]

/** The kinds by the name that configuration gives them. */
export const STORE_KINDS: ReadonlyMap<string, StoreKind> = new Map(KINDS.map((kind) => [kind.kind, kind]))
