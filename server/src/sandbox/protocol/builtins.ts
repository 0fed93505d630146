/** Which of Node's own modules foreign code may have: the sandbox says no to others, and a build says so before. */

/** What libraries need, as it is or cut down (`child/lockdown/cut.ts`). */
export const ALLOWED = new Set(
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
export const REFUSING = new Set([
  'child_process',
  'cluster',
  'dgram',
  'domain',
  'inspector',
  'repl',
  'trace_events',
  'wasi'
])
