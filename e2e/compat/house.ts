/** A server with its own piece of internet: stand-ins for the hosts whose names are written into the packages. */
import { readFile, rm, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAuthority } from '../../server/src/egress/fixtures/certificates.ts'
import { ServerProcess } from '../support/server-process.ts'
import { currencies } from './outside/currencies.ts'
import { notion } from './outside/notion.ts'
import { slack } from './outside/slack.ts'
import { standIn, type StandIn } from './outside/stand-in.ts'

export const TOKENS = { slack: 'xoxb-5081-the-token-of-ada', notion: 'ntn_4711theTokenOfAda' }

const NAMES = fileURLToPath(new URL('outside/names.ts', import.meta.url))
/** How the registry is reached. */
const WAY_OUT = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy']

export interface House extends AsyncDisposable {
  server: ServerProcess
  standIns: { slack: StandIn; notion: StandIn; helper_functions: StandIn }
}

export async function house(): Promise<House> {
  const authority = createAuthority()
  const standIns = {
    slack: await standIn(authority.issue(['slack.com', 'files.slack.com']), slack(TOKENS.slack)),
    notion: await standIn(authority.issue(['api.notion.com']), notion(TOKENS.notion)),
    helper_functions: await standIn(authority.issue(['api.frankfurter.app']), currencies)
  }
  const data = await mkdtemp(join(tmpdir(), 'bellhop-compat-'))
  const trusted = join(data, 'trusted.pem')
  await writeFile(trusted, `${await ownAuthorities()}\n${authority.cert}`)
  const ports = {
    'slack.com': standIns.slack.port,
    'files.slack.com': standIns.slack.port,
    'api.notion.com': standIns.notion.port,
    'api.frankfurter.app': standIns.helper_functions.port
  }
  const server = await ServerProcess.start({
    data: join(data, 'server'),
    nodeArgs: ['--import', NAMES],
    env: { ...wayOut(), NODE_EXTRA_CA_CERTS: trusted, BELLHOP_TEST_STAND_INS: JSON.stringify(ports) }
  })
  return {
    server,
    standIns,
    async [Symbol.asyncDispose]() {
      await server.stop()
      for (const each of Object.values(standIns)) each.close()
      await rm(data, { recursive: true })
    }
  }
}

/** Those that this machine trusts besides Node's. */
async function ownAuthorities(): Promise<string> {
  const file = process.env['NODE_EXTRA_CA_CERTS'] ?? ''
  return file === '' ? '' : readFile(file, 'utf8')
}

/** npm says to its scripts which registry it uses. */
function wayOut(): Record<string, string> {
  const { npm_config_registry: registry = '' } = process.env
  const way = WAY_OUT.flatMap((name): [string, string][] => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return { ...Object.fromEntries(way), ...(registry === '' ? {} : { BELLHOP_NPM_REGISTRY: registry }) }
}
