import type { JsonObject } from '@bellhop/sdk'
import {
  NangoStandIn,
  type StandInConnection
} from '../../../../../server/src/credentials/stores/nango/testing/stand-in.ts'
import type { RudeServer } from '../rude.ts'
import { patienceFor, type Source, type StoreSettings } from '../source.ts'

/** The integration of every connection. */
export const INTEGRATION = 'crm'

/** @param fresh a credential by its purpose */
export async function nangoSource(rude: RudeServer, fresh: (purpose: string) => string): Promise<Source> {
  const nango = await NangoStandIn.start()
  const [key, blind, weak, unknown] = [fresh('key'), fresh('key that sees nothing'), fresh('weak key'), fresh('no key')]
  nango.keys.set(key, 'read_credentials').set(blind, 'read').set(weak, 'list')
  const at = (name: string, host: string, by = key): StoreSettings => ({
    name,
    kind: 'nango',
    config: { host, api_key: by, timeout: patienceFor(name) }
  })
  return {
    well: at('nango', nango.url),
    troubled: [
      at('nango-blind', nango.url, blind),
      at('nango-weak', nango.url, weak),
      at('nango-unknown', nango.url, unknown),
      ...rude.manners.map((manner) => at(`nango-${manner}`, rude.at(manner)))
    ],
    secrets: [key, blind, weak, unknown],
    keep({ key: id, fields }) {
      const { credentials, connection_config } = fields as unknown as StandInConnection
      nango.connect(INTEGRATION, id, { credentials, ...(connection_config && { connection_config }), renew })
    },
    close: () => nango.close()
  }
}

/** Whoever asks for a renewal after a vendor's 401 is given the same once more, for longer. */
function renew(credentials: JsonObject): JsonObject {
  return { ...credentials, expires_at: new Date(Date.now() + 7_200_000).toISOString() }
}
