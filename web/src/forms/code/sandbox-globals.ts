/** What a code step finds without an import besides JavaScript itself, for the type checker. Node's own types would be megabytes. */
export const SANDBOX_GLOBALS = `
declare module '*'

interface StepInput { steps: Steps; $: import('@bellhop/sdk').Dollar }
declare function bellhopStep<T>(step: (input: StepInput) => T): T

interface Console {
  log(...data: any[]): void
  info(...data: any[]): void
  warn(...data: any[]): void
  error(...data: any[]): void
  debug(...data: any[]): void
  table(data?: any): void
}
declare var console: Console
declare var process: { env: Record<string, string | undefined>; version: string; nextTick(run: (...given: any[]) => void): void; hrtime: any }
declare function require(name: string): any

declare function setTimeout(run: (...given: any[]) => void, ms?: number, ...given: any[]): any
declare function clearTimeout(timer: any): void
declare function setInterval(run: (...given: any[]) => void, ms?: number, ...given: any[]): any
declare function clearInterval(timer: any): void
declare function setImmediate(run: (...given: any[]) => void, ...given: any[]): any
declare function queueMicrotask(run: () => void): void
declare function structuredClone<T>(value: T, options?: { transfer?: any[] }): T
declare function atob(text: string): string
declare function btoa(text: string): string
declare var performance: { now(): number; timeOrigin: number }

interface AbortSignal { readonly aborted: boolean; readonly reason: any; throwIfAborted(): void; addEventListener(type: 'abort', listener: () => void): void }
declare var AbortSignal: { timeout(ms: number): AbortSignal; any(signals: AbortSignal[]): AbortSignal; abort(reason?: any): AbortSignal }
declare class AbortController { readonly signal: AbortSignal; abort(reason?: any): void }

declare class URLSearchParams implements Iterable<[string, string]> {
  constructor(init?: string | Record<string, string> | Iterable<[string, string]> | URLSearchParams)
  readonly size: number
  append(name: string, value: string): void
  delete(name: string): void
  get(name: string): string | null
  getAll(name: string): string[]
  has(name: string): boolean
  set(name: string, value: string): void
  keys(): IterableIterator<string>
  values(): IterableIterator<string>
  entries(): IterableIterator<[string, string]>
  [Symbol.iterator](): IterableIterator<[string, string]>
  toString(): string
}
declare class URL {
  constructor(url: string | URL, base?: string | URL)
  static canParse(url: string, base?: string): boolean
  hash: string; host: string; hostname: string; href: string; readonly origin: string; password: string
  pathname: string; port: string; protocol: string; search: string; readonly searchParams: URLSearchParams; username: string
  toString(): string
}

declare class Blob {
  constructor(parts?: any[], options?: { type?: string })
  readonly size: number; readonly type: string
  arrayBuffer(): Promise<ArrayBuffer>; text(): Promise<string>; slice(start?: number, end?: number, type?: string): Blob; stream(): any
}
declare class File extends Blob { constructor(parts: any[], name: string, options?: { type?: string }); readonly name: string }
declare class FormData {
  append(name: string, value: string | Blob, filename?: string): void
  delete(name: string): void
  get(name: string): any
  has(name: string): boolean
  set(name: string, value: string | Blob, filename?: string): void
  entries(): IterableIterator<[string, any]>
}

type HeadersInit = Headers | Record<string, string> | [string, string][]
declare class Headers implements Iterable<[string, string]> {
  constructor(init?: HeadersInit)
  append(name: string, value: string): void
  delete(name: string): void
  get(name: string): string | null
  has(name: string): boolean
  set(name: string, value: string): void
  entries(): IterableIterator<[string, string]>
  forEach(each: (value: string, name: string) => void): void
  [Symbol.iterator](): IterableIterator<[string, string]>
}
interface RequestInit {
  method?: string
  headers?: HeadersInit
  body?: string | Uint8Array | ArrayBuffer | URLSearchParams | FormData | Blob | null
  redirect?: 'follow' | 'manual' | 'error'
  signal?: AbortSignal | null
}
declare class Response {
  constructor(body?: any, init?: { status?: number; statusText?: string; headers?: HeadersInit })
  readonly ok: boolean; readonly status: number; readonly statusText: string; readonly headers: Headers
  readonly url: string; readonly redirected: boolean; readonly body: any
  json(): Promise<any>; text(): Promise<string>; arrayBuffer(): Promise<ArrayBuffer>; blob(): Promise<Blob>
  formData(): Promise<FormData>; clone(): Response
}
declare class Request { constructor(input: string | URL | Request, init?: RequestInit); readonly url: string; readonly method: string; readonly headers: Headers }
declare function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>

declare class TextEncoder { encode(text?: string): Uint8Array<ArrayBuffer> }
declare class TextDecoder { constructor(label?: string, options?: { fatal?: boolean }); decode(bytes?: ArrayBuffer | Uint8Array): string }
declare var crypto: {
  randomUUID(): string
  getRandomValues<T>(array: T): T
  subtle: any
}
declare class Buffer extends Uint8Array<ArrayBuffer> {
  static from(data: any, encoding?: string): Buffer
  static alloc(size: number): Buffer
  static concat(list: Uint8Array[]): Buffer
  static byteLength(text: string, encoding?: string): number
  static isBuffer(value: any): value is Buffer
  toString(encoding?: string): string
}
`
