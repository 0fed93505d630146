import type { Json, JsonObject } from './json.ts'

/** A store as a step sees it. Secrets in what it answers are handles already. */
export interface StoreClient {
  /**
   * Asks the store. Which operations there are, and what they take and answer, is the store's kind's business.
   * @throws Fault `store_*`, saying what is wrong and where to look
   */
  call(operation: string, input: JsonObject): Promise<Json>
}

/**
 * What `this.<prop>` is for a `data_store` prop: values that outlive the run, which workflows share by the store's name.
 * https://pipedream.com/docs/workflows/building-workflows/code/nodejs/using-data-stores
 */
export interface DataStore extends AsyncIterable<[key: string, value: Json]> {
  /** @returns undefined for a key that is not there */
  get(key: string): Promise<Json | undefined>
  /**
   * @param value what JSON makes of it is kept
   * @param options.ttl seconds until it is gone; left out: never
   */
  set(key: string, value: unknown, options?: { ttl?: number }): Promise<void>
  /** @param ttl seconds from now until the key is gone; null: never */
  setTtl(key: string, ttl: number | null): Promise<void>
  has(key: string): Promise<boolean>
  keys(): Promise<string[]>
  values(): Promise<Json[]>
  entries(): Promise<[key: string, value: Json][]>
  /** How many keys there are. */
  size(): Promise<number>
  delete(key: string): Promise<void>
  clear(): Promise<void>
}

/** What `this.<prop>` is for a `$.service.db` prop: values that outlive the run, of this step of this workflow alone. */
export interface ServiceDb {
  /** @returns undefined for a key that is not there */
  get(key: string): Promise<Json | undefined>
  /** @param value what JSON makes of it is kept */
  set(key: string, value: unknown): Promise<void>
}

/** What `this.<prop>` is for an `http_request` prop. */
export interface HttpRequest {
  /**
   * Sends the request that the definition describes.
   * @returns as axios would; `data` is JSON where the answer says that it is, text otherwise
   * @throws Error with `response` where the status is no success
   */
  execute(): Promise<{ status: number; statusText: string; headers: Record<string, string>; data: Json }>
}
