/**
 * The `BELLHOP_*` settings of the server. What cannot be meant is refused at the start: a switch that is silently
 * ignored protects nobody.
 */
import { readFileSync } from 'node:fs'
import { Fault, type AppDefinition } from '@bellhop/sdk'
import ipaddr from 'ipaddr.js'
import { PUBLIC_REGISTRY } from '../sandbox/build/install/public-registry.ts'

export interface Settings {
  /** Whether requests to loopback and private addresses are refused. */
  denyPrivate: boolean
  logLevel: string
  /** Scheme, authority and perhaps a path that trigger URLs begin with, without a trailing slash. */
  publicUrl?: string
  /** Proxies whose `x-forwarded-*` headers are believed: addresses and ranges. */
  trustedProxies: string[]
  /** Where packages come from. */
  registry: RegistrySettings
}

export interface RegistrySettings {
  /** With a slash at its end. */
  url: string
  /** File with a token that may read there. */
  tokenFile?: string
}

type Env = Readonly<Record<string, string | undefined>>

/** pino's own, from the most to say to nothing: https://getpino.io/#/docs/api?id=loggerlevel-string-gettersetter */
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** @throws Fault `bad_setting`, which names the variable and never quotes its value */
export function readSettings(env: Env, apps: readonly AppDefinition[]): Settings {
  checkApps(env, apps)
  const publicUrl = publicUrlOf(env['BELLHOP_PUBLIC_URL'])
  return {
    denyPrivate: switchOf('BELLHOP_EGRESS_DENY_PRIVATE', env),
    logLevel: logLevelOf(env['BELLHOP_LOG_LEVEL']),
    trustedProxies: trustedProxiesOf(env['BELLHOP_TRUSTED_PROXIES']),
    registry: registryOf(env),
    ...(publicUrl === undefined ? {} : { publicUrl })
  }
}

/** Addresses or ranges. Names are not taken: whoever answers for one could say where every caller comes from. */
function trustedProxiesOf(text = ''): string[] {
  const proxies = text.split(/[\s,]+/).filter((each) => each !== '')
  if (proxies.every((each) => ipaddr.isValid(each) || ipaddr.isValidCIDR(each))) return proxies
  const what = 'is not a list of addresses and ranges'
  throw badSetting('BELLHOP_TRUSTED_PROXIES', what, 'Set it to such as 10.0.0.5,192.168.0.0/16, or unset it.')
}

function registryOf(env: Env): RegistrySettings {
  const text = env['BELLHOP_NPM_REGISTRY'] ?? ''
  const tokenFile = env['BELLHOP_NPM_TOKEN_FILE'] ?? ''
  const url = URL.parse(text === '' ? PUBLIC_REGISTRY : text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '') {
    const what = 'is not an http or https URL without user name, query and fragment'
    throw badSetting('BELLHOP_NPM_REGISTRY', what, 'Set it to such as https://npm.example.com/, or unset it.')
  }
  return { url: url.href.replace(/\/*$/, '/'), ...(tokenFile === '' ? {} : { tokenFile }) }
}

/** The registry with its token, which is read at each use. @throws Fault `registry_token_unreadable` */
export function readRegistry({ url, tokenFile }: RegistrySettings): { url: string; token?: string } {
  if (tokenFile === undefined) return { url }
  try {
    return { url, token: readFileSync(tokenFile, 'utf8').trim() }
  } catch {
    throw new Fault('registry_token_unreadable', 'the file that BELLHOP_NPM_TOKEN_FILE names cannot be read', {
      status: 500,
      hint: 'Let the server’s user read it, or unset the variable.'
    })
  }
}

function switchOf(name: string, env: Env): boolean {
  switch (env[name]?.trim().toLowerCase()) {
    case '1':
    case 'true':
      return true
    case undefined:
    case '':
    case '0':
    case 'false':
      return false
    default:
      throw badSetting(name, 'is neither 1 nor 0', `Set ${name}=1, or unset it.`)
  }
}

function logLevelOf(level = 'warn'): string {
  if (LOG_LEVELS.includes(level)) return level
  throw badSetting('BELLHOP_LOG_LEVEL', 'is not a log level', `Set it to one of ${LOG_LEVELS.join(', ')}.`)
}

function publicUrlOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  const plain = url !== undefined && url.username === '' && url.search === '' && url.hash === ''
  if (plain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '')
  const what = 'is not an http or https URL without user name, query and fragment'
  throw badSetting('BELLHOP_PUBLIC_URL', what, 'Set it to such as https://hooks.example.com, or unset it.')
}

/** An app's address under a name that no app has would leave its credentials going to the vendor. */
function checkApps(env: Env, apps: readonly AppDefinition[]): void {
  for (const name of Object.keys(env)) {
    const slug = /^BELLHOP_APP_(.+)_BASE_URL$/.exec(name)?.[1]?.toLowerCase()
    if (slug === undefined || apps.some(({ app }) => app === slug)) continue
    const names = apps.map(({ app }) => `BELLHOP_APP_${app.toUpperCase()}_BASE_URL`).join(', ')
    throw badSetting(name, 'is the address of an app that there is not', `There are ${names}.`)
  }
}

function badSetting(name: string, what: string, hint: string): Fault {
  return new Fault('bad_setting', `${name} ${what}`, { hint })
}
