/**
 * One real server for many attacks: workflows whose code is hostile are deployed and run, beside a witness, a workflow with a
 * credential of its own that has to go on working. After each attack {@link House.judge} looks at all that was sent, answered
 * and shown.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Needles } from '../../leaks/search/needles.ts'
import { search } from '../../leaks/search/search.ts'
import type { Shown } from '../../support/flow.ts'
import { ServerProcess } from '../../support/server-process.ts'
import { post } from '../../support/world.ts'
import { Host, type Arrived } from './hosts.ts'

export interface Attack {
  /** The text of the hostile module. */
  code: string
  /** Of its workflow. `egress` is both hosts unless this says otherwise. */
  settings?: object
  /** Code that uses no app is given no credential. */
  unbound?: true
  /** More of the step. */
  step?: object
  /** Steps after it. */
  after?: object[]
}

export interface Outcome {
  status: number
  /** What the caller was answered. */
  body: unknown
  run: Shown
}

/** The app that attacks are bound to, as its host is named. Another tenant stands behind the same address. */
const APP = 'localhost'
const TENANT = '127.0.0.1'

export class House {
  readonly server: ServerProcess
  /** The app's own host, and one that `egress` lists as well. */
  readonly vendor: Host
  readonly thief: Host
  /** The credential that every attack is given as a handle. */
  readonly credential = `cred-${randomBytes(12).toString('hex')}`
  readonly #witness = `wit-${randomBytes(12).toString('hex')}`
  readonly #needles = new Needles()
  readonly #shown: string[] = []
  #deployed = 0

  private constructor(server: ServerProcess, vendor: Host, thief: Host) {
    this.server = server
    this.vendor = vendor
    this.thief = thief
  }

  /** @param env of the server @param nodeArgs of its process */
  static async open(env: Record<string, string> = {}, nodeArgs: readonly string[] = []): Promise<House> {
    const data = await mkdtemp(join(tmpdir(), 'bellhop-attacks-'))
    const [vendor, thief] = [await new Host().open(), await new Host().open()]
    const server = await ServerProcess.start({
      data,
      nodeArgs,
      env: { CANARY: 'the-environment-of-the-server', ...env }
    })
    const house = new House(server, vendor, thief)
    house.#needles.add('credential', house.credential)
    house.#needles.add('another workflow’s credential', house.#witness)
    house.#needles.add('environment', 'the-environment-of-the-server')
    house.#needles.add('admin token', server.adminToken)
    house.#needles.add('key', (await readFile(join(data, 'key'))).toString('latin1').trim())
    await house.#deployWitness()
    return house
  }

  /** What arrives in the meantime is not held against anybody later. */
  async forgetting(work: () => Promise<void>): Promise<void> {
    const shown = this.#shown.length
    await work()
    this.#shown.length = shown
    this.vendor.forget()
    this.thief.forget()
  }

  async close(): Promise<void> {
    await this.server.kill()
    await Promise.all([this.vendor.close(), this.thief.close()])
    await rm(this.server.data, { recursive: true, force: true })
  }

  /** `localhost:PORT`, the app's. */
  get app(): string {
    return `${APP}:${this.vendor.port}`
  }

  /** The other tenant behind the app's address. */
  get tenant(): string {
    return `${TENANT}:${this.vendor.port}`
  }

  get elsewhere(): string {
    return `127.0.0.1:${this.thief.port}`
  }

  /** Deploys the attack's workflow and returns its trigger. */
  async deploy({ code, settings, unbound, step, after = [] }: Attack): Promise<string> {
    const name = `attack-${++this.#deployed}`
    const auth = { parcels: { runtime: { api_key: '{{steps.trigger.event.body.key}}' }, hosts: [this.app] } }
    return this.server.deploy(
      name,
      JSON.stringify({
        name,
        trigger: { type: 'http', respond: 'last_step' },
        steps: [{ name: 'hostile', code, ...(unbound ? {} : { auth }), ...step }, ...after],
        settings: { egress: [this.app, this.tenant, this.elsewhere], ...settings }
      })
    )
  }

  /** Runs it once. */
  async call(trigger: string, event: object): Promise<Outcome> {
    const answer = await post(trigger, event)
    const id = answer.headers.get('x-bellhop-run')
    const run = (await this.server.api('GET', `/runs/${id}`)).body as Shown
    this.#shown.push(JSON.stringify([answer.body, [...answer.headers], run]))
    return { status: answer.status, body: answer.body, run }
  }

  /** Deploys it and runs it once. */
  async attack(attack: Attack, event: object = {}): Promise<Outcome> {
    const given = attack.unbound === true ? {} : { key: this.credential }
    return this.call(await this.deploy(attack), { ...given, ...event })
  }

  /** Nothing secret went anywhere, and the server and its other workflows go on. */
  async judge(): Promise<void> {
    assert.deepEqual(this.found(), [])
    await this.goesOn()
  }

  /** Where secrets were found that should not have been there. */
  found(): string[] {
    const places: [string, Buffer][] = [
      ['the thief', this.thief.bytes],
      ['the vendor', Buffer.from(JSON.stringify(this.vendor.got.map((one) => this.#withoutRightful(one))))],
      ['what was shown', Buffer.from(this.#shown.join('\n'))],
      ['the output', Buffer.from(this.server.output)]
    ]
    return places.flatMap(([place, bytes]) =>
      search(this.#needles, bytes).map(
        ({ name, through, excerpt }) => `${name} in ${place} ${through.join()}: ${excerpt}`
      )
    )
  }

  /** Whether a secret came to a host at all, rightfully or not. */
  arrived(): boolean {
    return search(this.#needles, Buffer.concat([this.vendor.bytes, this.thief.bytes])).length > 0
  }

  /** The witness is served by the process that was there before. */
  async goesOn(): Promise<void> {
    const answer = await post(this.#witnessUrl, { key: this.#witness })
    assert.deepEqual([answer.status, answer.body], [200, 'well'])
    assert.equal(this.vendor.got.at(-1)?.headers.authorization, `Bearer ${this.#witness}`)
    this.vendor.got.pop()
    process.kill(this.server.pid, 0)
  }

  /** The credential may stand in the app's own header, at the app's own host. */
  #withoutRightful(one: Arrived): Arrived {
    const rightful = one.headers.host === this.app && one.headers.authorization === `Bearer ${this.credential}`
    return rightful ? { ...one, headers: { ...one.headers, authorization: '' } } : one
  }

  #witnessUrl = ''

  async #deployWitness(): Promise<void> {
    const code = `export default { props: { parcels: { type: 'app', app: 'parcels' } }, async run() {
      const headers = { authorization: 'Bearer ' + this.parcels.$auth.api_key }
      const { status } = await fetch('http://${this.app}/', { headers })
      return status === 200 && Object.keys({}).length === 0 ? 'well' : 'not well'
    } }`
    this.#witnessUrl = await this.deploy({ code })
    await this.goesOn()
  }
}

/** A component that is bound to the app: `key` is the handle, or the real value where the step says `reveal`. */
export function bound(run: string, head = ''): string {
  return `${head}
  export default {
    props: { parcels: { type: 'app', app: 'parcels' } },
    async run({ steps, $ }) {
      const key = this.parcels.$auth.api_key
      const body = steps.trigger.event.body
      ${run}
    }
  }`
}
