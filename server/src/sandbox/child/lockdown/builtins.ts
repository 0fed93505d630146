/**
 * Node's own modules, which foreign code may have by name only if they are listed here. There are two ways to one: a resolution,
 * by whatever kind of import or require, all of which pass the hook; and `process.getBuiltinModule`, which is replaced.
 *
 * Node's permissions deny what is dangerous in them already; the list is there for what the permissions do not know
 * (`node:sqlite` opened any file; there may be a next one).
 */
import { registerHooks, syncBuiltinESMExports } from 'node:module'
import { CUT, type CutDown } from './cut.ts'
import { refusal, refusing } from './refusal.ts'

/** What libraries need, as it is or cut down (`cut.ts`). */
const ALLOWED = new Set(
  `assert assert/strict async_hooks buffer console constants crypto diagnostics_channel dns dns/promises events fs fs/promises
  http http2 https module net os path path/posix path/win32 perf_hooks process punycode querystring readline readline/promises
  stream stream/consumers stream/promises stream/web string_decoder sys timers timers/promises tls tty url util util/types
  v8 vm worker_threads zlib
  _http_agent _http_client _http_common _http_incoming _http_outgoing _http_server _tls_common _tls_wrap`.split(/\s+/)
)

/**
 * What libraries import without using it, or use in a `try`: it can be had, and every function in it refuses. (`stripe` asks
 * `child_process` for the name of the system.)
 */
const REFUSING = new Set(['child_process', 'cluster', 'dgram', 'domain', 'inspector', 'repl', 'trace_events', 'wasi'])

type GetBuiltin = (id: string) => Record<string, unknown> | undefined

/** Closes both ways. After it, this file's own imports are the only ones that were not asked for. */
export function lockBuiltins(): void {
  const host = process as unknown as { getBuiltinModule: GetBuiltin }
  const getBuiltin = host.getBuiltinModule.bind(process)
  const prepared = new Set<string>()

  /** Cuts the module down before it is seen for the first time. */
  function admit(name: string): void {
    if (prepared.has(name)) return
    const refusing = REFUSING.has(name)
    if (!refusing && !ALLOWED.has(name)) throw refusal(`the module node:${name}`)
    prepared.add(name)
    const cut: CutDown | undefined = refusing ? refuseAll : CUT[name]
    const module = cut === undefined ? undefined : getBuiltin(name)
    if (cut === undefined || module === undefined) return
    cut(module)
    syncBuiltinESMExports()
  }

  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context)
      if (resolved.url.startsWith('node:')) admit(resolved.url.slice('node:'.length))
      return resolved
    }
  })
  host.getBuiltinModule = (id: unknown) => {
    const name = String(id).replace(/^node:/, '')
    if (!ALLOWED.has(name) && !REFUSING.has(name)) return undefined
    admit(name)
    return getBuiltin(name)
  }
  // These were loaded by this file or its neighbours, and are cut down at once.
  for (const name of ['module', 'process', 'os', 'v8', 'worker_threads']) admit(name)
}

function refuseAll(module: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === 'function') module[name] = refusing(`${name}()`)
  }
}
