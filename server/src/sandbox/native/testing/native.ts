/** Steps in Python and Bash with a data directory of their own and a door, for tests. */
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Door, type DoorScope } from '../../../egress/door.ts'
import { testKeyring, testScope, type TestScope } from '../../../egress/fixtures/scopes.ts'
import { serveConnection } from '../../../egress/serving/serving.ts'
import type { Audience, Keyring } from '../../../secrets/keyring.ts'
import { NativeSteps, type NativeCall, type NativeOutcome } from '../native.ts'
import type { Language } from '../supervisor/messages.ts'
import { AsUser, CALL } from './as-user.ts'
import { NOBODY, type Here } from './levels.ts'

export class NativeFixture implements AsyncDisposable {
  readonly data = mkdtempSync(join(tmpdir(), 'bellhop-native-test-'))
  readonly lines: string[] = []
  readonly keyring: Keyring = testKeyring()
  readonly door = new Door({
    denyPrivate: false,
    maxAnswerBytes: 10_000_000,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }]
  })
  scope: TestScope = testScope(this.keyring, { sandboxed: true })
  readonly #native: NativeSteps | AsUser

  constructor({ level, asUser }: Here) {
    writeFileSync(join(this.data, 'key'), 'the-key-of-this-server', { mode: 0o600 })
    if (asUser) for (const path of [join(this.data, 'key'), this.data]) chownSync(path, NOBODY, NOBODY)
    this.#native = asUser
      ? new AsUser(this.data, level)
      : new NativeSteps(join(this.data, 'sandbox', 'native'), this.data, level)
  }

  /** Of the server that runs the steps. */
  get pid(): number {
    return this.#native instanceof AsUser ? (this.#native.pid ?? 0) : process.pid
  }

  python(code: string, more: Partial<NativeCall> = {}): Promise<NativeOutcome> {
    return this.run('python', code, more)
  }

  bash(code: string, more: Partial<NativeCall> = {}): Promise<NativeOutcome> {
    return this.run('bash', code, more)
  }

  /** The handle of a credential that may go to these hosts. */
  mint(value: string, hosts: Audience['hosts']): string {
    const audience = { app: 'acme', hosts, places: { headers: true, query: [], body: [] } }
    return this.keyring.mint(value, { app: 'acme', field: 'token', audience })
  }

  /** Lets code reach what its workflow lists. */
  reach(egress: DoorScope['egress']): void {
    this.scope = testScope(this.keyring, { sandboxed: true, egress })
  }

  /** As another user, nothing is logged and no connection leads anywhere. */
  run(language: Language, code: string, more: Partial<NativeCall> = {}): Promise<NativeOutcome> {
    if (this.#native instanceof AsUser) return this.#native.run({ language, code, ...more })
    return this.#native.run({
      ...CALL,
      language,
      code,
      signal: new AbortController().signal,
      log: (level, text) => this.lines.push(`${level}: ${text}`),
      connect: (target, stream) => serveConnection(this.door, this.scope, target, stream),
      ...more
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#native.close()
    await this.door.close()
    rmSync(this.data, { recursive: true, force: true })
  }
}
