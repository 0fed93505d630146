/**
 * The sources of a server under test: a stand-in of every kind, with the secrets that scenarios put there. Owns all of
 * it; `close` leaves nothing behind.
 */
import type { SourceKind } from '../../grammar/sources.ts'
import { randomText } from '../../grammar/secrets.ts'
import type { Cast } from '../cast.ts'
import type { Secret } from '../secrets.ts'
import { startRudeServer, type RudeServer } from './rude.ts'
import { shelfOf, storedOf } from './shelf.ts'
import type { Source, StoreSettings } from './source.ts'
import { awsSource } from './sources/aws.ts'
import { nangoSource } from './sources/nango.ts'
import { sqliteSource } from './sources/sqlite.ts'
import { vaultSource, type VaultSource } from './sources/vault.ts'

type Sources = Readonly<Record<SourceKind, Source>>

export class StoreHouse {
  readonly #vault: VaultSource
  readonly #sources: Sources
  readonly #rude: RudeServer

  /** @param folder for the files of databases */
  static async open(folder: string): Promise<StoreHouse> {
    const rude = await startRudeServer()
    const fresh = (of: string) => (purpose: string) => randomText(32, `${folder} ${of} ${purpose}`)
    const vault = await vaultSource(rude, fresh('vault'))
    const nango = await nangoSource(rude, fresh('nango'))
    const aws = await awsSource(rude, fresh('aws'))
    return new StoreHouse(vault, { vault, vault_dynamic: vault, nango, aws, sqlite: sqliteSource(folder) }, rude)
  }

  private constructor(vault: VaultSource, sources: Sources, rude: RudeServer) {
    this.#vault = vault
    this.#sources = sources
    this.#rude = rude
  }

  /** All stores that Bellhop is to have. */
  get settings(): StoreSettings[] {
    return this.#all().flatMap(({ well, troubled }) => [well, ...troubled])
  }

  /** The stores' own credentials. */
  get secrets(): Secret[] {
    const texts = this.#all().flatMap(({ secrets }) => secrets)
    return [...new Set(texts)].map((value, index) => ({ name: `a store’s own credential ${index}`, value }))
  }

  /** The store that a source is asked through: one that is well, or one in trouble. */
  nameOf(kind: SourceKind, trouble: number | undefined): string {
    const { well, troubled } = this.#sources[kind]
    return (trouble === undefined ? undefined : troubled[trouble % troubled.length])?.name ?? well.name
  }

  /** Puts every secret of a scenario where it is looked up. */
  fill(cast: Cast): void {
    for (const credential of storedOf(cast)) {
      const source = this.#sources[credential.source.kind]
      for (const kept of shelfOf(cast, credential)) source.keep(kept, credential)
    }
  }

  /** What was made for a scenario's runs. */
  madeFor({ id }: Cast): Secret[] {
    return this.#vault.madeFor(id).flatMap((made, index) =>
      Object.entries<string>({ ...made }).map(([what, value]) => ({
        name: `${id} made ${what} ${index} (vault_dynamic)`,
        value
      }))
    )
  }

  /** What was made for runs and was not given back. */
  left(): string[] {
    return this.#vault.left()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all().map((source) => source.close()), this.#rude.close()])
  }

  #all(): Source[] {
    return [...new Set(Object.values(this.#sources))]
  }
}
