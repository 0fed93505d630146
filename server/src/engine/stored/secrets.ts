import type { SealedSecret } from '../../secrets/keyring.ts'
import type { Reader } from '../../storage/tx.ts'
import { placeData } from './load-queries.ts'
import { placesOf, unpack } from './places.ts'

/** The sealed secrets that stand at these places. */
export async function readSecrets(reader: Reader, places: string | null): Promise<SealedSecret[]> {
  const texts = await Promise.all(placesOf(places).map((id) => reader.get(placeData, { id })))
  return unpack(texts.flatMap((text) => text?.data ?? []))
}
