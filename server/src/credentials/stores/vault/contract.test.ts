import type { JsonObject } from '@bellhop/sdk'
import { storeContract } from '../contract/store-contract.ts'
import { setUp } from './testing/fixture.ts'
import { StandIn } from './testing/stand-in.ts'
import { vault } from './vault.ts'

const THERE = { path: ['secret', 'customers', 'acme', 'slack'] }
const FIELDS = { token: 'xoxb-of-acme' }

/** A server that takes requests and answers none, and a port where nobody listens. */
async function silentAndDead(): Promise<{ silent: StandIn; dead: string }> {
  const silent = await new StandIn().listen()
  silent.state = 'silent'
  const gone = await new StandIn().listen()
  const dead = gone.url
  await gone.close()
  return { silent, dead }
}

storeContract('Vault with a token', async () => {
  const { server, token } = await setUp()
  const { silent, dead } = await silentAndDead()
  const config = { address: server.url, auth: { token } }
  return {
    kind: vault,
    config,
    there: { lookup: THERE, fields: FIELDS },
    missing: { path: ['secret', 'customers', 'nobody'] },
    down: { ...config, address: dead },
    slow: { ...config, address: silent.url, timeout: '200ms' },
    wrongCredential: { ...config, auth: { token: 'hvs.of-somebody-else' } },
    denied: { config, lookup: { path: ['secret', 'others', 'x'] } },
    rotate: () => {
      server.tokens.revoke(token)
      const fresh = server.tokens.create({ policies: ['default', 'store'] }).id
      return Promise.resolve({ ...config, auth: { token: fresh } })
    },
    async close() {
      await silent.close()
      await server.close()
    }
  }
})

storeContract('Vault with AppRole', async () => {
  const { server } = await setUp()
  const { silent, dead } = await silentAndDead()
  const proof = { role_id: 'role-1', secret_id: 'secret-id-of-the-store' }
  server.logins.add('approle', 'approle', { proof, token: { policies: ['default', 'store'], ttlMs: 60_000 } })
  const config: JsonObject = { address: server.url, auth: { approle: proof } }
  return {
    kind: vault,
    config,
    there: { lookup: THERE, fields: FIELDS },
    missing: { path: ['kv1', 'nobody'] },
    down: { ...config, address: dead },
    slow: { ...config, address: silent.url, timeout: '200ms' },
    wrongCredential: { ...config, auth: { approle: { ...proof, secret_id: 'secret-id-of-nobody' } } },
    denied: { config, lookup: { path: ['nothing', 'here'] } },
    rotate: () => {
      for (const { id } of server.tokens.tokens()) if (id !== server.rootToken) server.tokens.revoke(id)
      const fresh = { ...proof, secret_id: 'another-secret-id' }
      server.logins.rotate('approle', fresh)
      return Promise.resolve({ ...config, auth: { approle: fresh } })
    },
    async close() {
      await silent.close()
      await server.close()
    }
  }
})
