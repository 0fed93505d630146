/**
 * The process itself (I1): no debugger, no core dump, no file that others can read.
 *
 * A started debugger or a core file shows every secret in memory. Node opens its debugger on SIGUSR1 unless it was
 * started with `--disable-sigusr1`, and only a parent can take core dumps away; so the first thing that `start` does is to
 * replace this process by one that has both. The process id stays the same.
 */
import { url as inspectorUrl } from 'node:inspector'
import { Fault } from '@bellhop/sdk'

const NO_DEBUGGER = '--disable-sigusr1'

/** Set for the second of the two starts, so that a host where `exec` changes nothing ends in an error and no loop. */
const MARK = 'BELLHOP_HARDENED'

/** What makes Node load or print things of its own: `NODE_DEBUG=undici` prints request paths, and so credentials. */
const TELLTALE = new Set(['NODE_OPTIONS', 'NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'NODE_V8_COVERAGE', 'SSLKEYLOGFILE'])

/**
 * glibc gives every thread an arena of its own, of which none is given back; two threads of this process allocate much.
 * It is read at the start of a process only. Saves 4 MB when idle.
 */
const FEW_ARENAS = { MALLOC_ARENA_MAX: '2' }

/** Whether this process is the second one: the mark is gone by then, so that no process of ours inherits it. */
let hardened = false

/**
 * Returns in a hardened process, or replaces this one and does not return.
 * @throws Fault `inspector_open`, `not_hardened`
 */
export function harden(): void {
  if (hardened) return
  process.umask(0o077)
  refuseInspector()
  if (process.execArgv.includes(NO_DEBUGGER) && process.env[MARK] === '1') {
    delete process.env[MARK]
    hardened = true
    return
  }
  if (process.env[MARK] === '1' || process.execve === undefined) {
    throw new Fault('not_hardened', 'this host cannot start bellhop without a debugger and core dumps', {
      hint: `Start it as: ulimit -c 0; ${MARK}=1 node ${NO_DEBUGGER} …/bellhop.js start`
    })
  }
  const again = [process.execPath, NO_DEBUGGER, ...process.execArgv, ...process.argv.slice(1)]
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !TELLTALE.has(name)))
  process.execve('/bin/sh', ['sh', '-c', 'ulimit -c 0; exec "$0" "$@"', ...again], {
    ...FEW_ARENAS,
    ...env,
    [MARK]: '1'
  })
}

function refuseInspector(): void {
  const asked = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)]
  if (inspectorUrl() === undefined && !asked.some((option) => option.startsWith('--inspect'))) return
  throw new Fault('inspector_open', 'bellhop does not start with a debugger open: it could read every credential', {
    hint: 'Start it without --inspect, also in NODE_OPTIONS.'
  })
}
