/** A database store for tests: opened from a configuration as people write it, and asked as a step asks. */
import type { Json, JsonObject } from '@bellhop/sdk'
import { checkConfig } from '../../config.ts'
import type { Operated, OperationAsking, Reading, Store, StoreKind } from '../../store.ts'
import { asking } from '../../testing/asking.ts'

/** What one answer was, as a step sees it. */
export interface Asked extends Operated {
  value: { rows: JsonObject[]; columns: string[]; row_count: number; truncated: boolean }
}

export class OpenedStore {
  readonly store: Store

  /** @throws Error listing the mistakes of the configuration */
  constructor(kind: StoreKind, config: JsonObject | (() => JsonObject), dataDirectory?: string) {
    const written = typeof config === 'function' ? config : () => config
    const parsed = (): unknown => {
      const checked = checkConfig(kind.config, written())
      if ('config' in checked) return checked.config
      throw new Error(JSON.stringify(checked.mistakes))
    }
    parsed()
    this.store = kind.open(parsed, { now: Date.now, ...(dataDirectory === undefined ? {} : { dataDirectory }) })
  }

  lookUp(key: string, signal?: AbortSignal): Promise<Reading> {
    return this.store.read({ path: [key] }, asking(signal === undefined ? {} : { signal }))
  }

  async query(sql: string, values: Json[] = [], more: JsonObject = {}, how?: Partial<OperationAsking>): Promise<Asked> {
    const operated = await this.store.operations['query']?.run({ sql, values, ...more }, asking(how))
    return operated as Asked
  }

  async rows(sql: string, ...values: Json[]): Promise<JsonObject[]> {
    return (await this.query(sql, values)).value.rows
  }

  close(): Promise<void> {
    return this.store.close()
  }
}
