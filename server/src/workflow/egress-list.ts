/** The hosts that a workflow's code may reach, as its settings list them. */
import { readHost } from './hosts.ts'
import { quote, type Problem } from './mistakes.ts'

export interface EgressRule {
  /** Lower case, as a URL parser writes it. */
  host: string
  /** Any, where it is left out. */
  port?: number
  /** `*.example.org`: every name below the host, and not the host itself. */
  below?: true
  /** `tcp://`: a tunnel to this host and port, through which nothing is revealed. */
  tcp?: true
}

const EXPECTED = '`api.example.com`, `api.example.com:8443`, `*.example.org` or `tcp://db.example.com:5432`'

export function readEgress(text: string): { rule: EgressRule } | { problem: Problem } {
  const [, scheme, rest = ''] = /^([a-z]+:\/\/)?(.*)$/is.exec(text) ?? []
  const tcp = scheme?.toLowerCase() === 'tcp://'
  const below = rest.startsWith('*.')
  const read = readHost(tcp || scheme === undefined ? (below ? rest.slice(2) : rest) : text)
  if ('problem' in read) return { problem: { ...read.problem, expected: EXPECTED } }
  const [, host = read.host, written] = /^(.*?)(?::(\d+))?$/.exec(read.host) ?? []
  const port = written ?? /:(443)$/.exec(rest)?.[1]
  if (tcp && (port === undefined || below)) {
    const message = `${quote(text)} names no ${below ? 'single host' : 'port'}`
    return { problem: { message, expected: 'a host and a port, such as `tcp://db.example.com:5432`' } }
  }
  if (below && !host.includes('.')) {
    return { problem: { message: `${quote(text)} covers a whole top-level domain`, expected: EXPECTED } }
  }
  return {
    rule: {
      host,
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(below ? { below: true } : {}),
      ...(tcp ? { tcp: true } : {})
    }
  }
}
