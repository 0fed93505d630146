import { Fault, type AppDefinition, type Places } from '@bellhop/sdk'
import type { Audience, HostRule } from '../secrets/keyring.ts'

/** Hosts and places that a binding gives itself, for an app that has none of its own. */
export interface Placement {
  hosts?: readonly string[] | undefined
  places?: Places | undefined
}

const DEFAULT_PLACES: Places = { headers: true, query: [], body: [] }
const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i

/**
 * Where an app's credential may go (I6): its hosts and places, with templates filled from fields that are not secret.
 * @throws Fault `bad_host_field` when a field does not fill exactly one DNS label
 */
export function audienceOf(
  app: AppDefinition,
  fields: Readonly<Record<string, string>>,
  placement: Placement
): Audience {
  const hosts = placement.hosts ?? app.hosts.map((host) => fillHost(app, host, fields))
  return { app: app.app, hosts: hosts.map(hostRule), places: fillPlaces(app, placement.places, fields) }
}

function fillHost(app: AppDefinition, host: string, fields: Readonly<Record<string, string>>): string {
  return host.replace(/\{\{(\w+)\}\}/g, (_, field: string) => {
    const label = fields[field]
    if (label !== undefined && app.auth.fields[field]?.secret === false && DNS_LABEL.test(label)) return label
    throw new Fault(
      'bad_host_field',
      `${app.name}'s field \`${field}\` must be one part of a host name (letters, digits, hyphens)`,
      {
        hint: `The host is ${host}: give the part in braces only, without dots.`
      }
    )
  })
}

function fillPlaces(app: AppDefinition, given: Places | undefined, fields: Readonly<Record<string, string>>): Places {
  const places = given ?? app.places ?? DEFAULT_PLACES
  const fill = (names: readonly string[]): string[] =>
    names
      .map((name) =>
        name.replace(/\{\{(\w+)\}\}/g, (_, field: string) =>
          app.auth.fields[field]?.secret === false ? (fields[field] ?? '') : ''
        )
      )
      .filter((name) => name !== '')
  return {
    headers:
      typeof places.headers === 'boolean' ? places.headers : fill(places.headers).map((name) => name.toLowerCase()),
    query: fill(places.query),
    body: fill(places.body)
  }
}

/** `host` or `host:port`; an IPv6 address stands in brackets. */
export function hostRule(text: string): HostRule {
  const [, host = text, port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? []
  return { host: host.toLowerCase(), ...(port === undefined ? {} : { port: Number(port) }) }
}
