/** A sandbox whose connections go through a door, for tests. */
import type { Json } from '@bellhop/sdk'
import { Door, type DoorScope } from '../../egress/door.ts'
import { testKeyring, testScope, type TestScope } from '../../egress/fixtures/scopes.ts'
import { serveConnection } from '../../egress/serving/serving.ts'
import type { Audience, Keyring } from '../../secrets/keyring.ts'
import type { CodeRequest, Program, SandboxCall } from '../sandbox.ts'
import { SandboxFixture } from './sandbox.ts'

export class NetworkFixture extends SandboxFixture {
  readonly keyring: Keyring = testKeyring()
  /** Names are this machine's, unless they are told otherwise. */
  readonly door = new Door({
    denyPrivate: false,
    maxAnswerBytes: 10_000_000,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }]
  })
  scope: TestScope = testScope(this.keyring, { sandboxed: true })

  /** The handle of a credential that may go to these hosts. */
  mint(value: string, hosts: Audience['hosts'], places: Partial<Audience['places']> = {}): string {
    const audience = { app: 'acme', hosts, places: { headers: true, query: [], body: [], ...places } }
    return this.keyring.mint(value, { app: 'acme', field: 'token', audience })
  }

  /** Calls the code with a way out. */
  out(
    program: Program,
    input: Json,
    scope: Partial<DoorScope> = {},
    call: Partial<SandboxCall> = {},
    opened: (request?: CodeRequest) => void = () => undefined
  ): Promise<Json> {
    this.scope = testScope(this.keyring, { sandboxed: true, ...scope })
    return this.run(program, input, {
      connect: (target, stream, request) => {
        opened(request)
        serveConnection(this.door, this.scope, target, stream, request)
      },
      tunnels: scope.egress?.some(({ tcp }) => tcp === true) ?? false,
      ...call
    })
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]()
    await this.door.close()
  }
}
