/** The command lines of steps in Python and Bash, at the three levels at which they are allowed. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Level, Tools } from '../isolation/level.ts'
import type { Slot } from '../slots.ts'
import { IN_ROOT, mountsOf, type Mount } from './root.ts'

/** Without one of them, code would read the key out of its parent. */
export type NativeLevel = Exclude<Level, 'none'>

export interface Launch {
  level: NativeLevel
  tools: Tools
  /** The root folder, for the levels that have one. */
  root: string
  /** Path of the supervisor's file. */
  supervisor: string
  slot: Slot
}

/** In `namespaces`, the user of the step; nothing on the host belongs to it. */
const USER_INSIDE = 1_000

/** A command line, and its arguments. */
export function commandOf(launch: Launch): string[] {
  const { level, tools, slot, supervisor } = launch
  const { setpriv = '', unshare = '' } = tools
  if (level === 'user') {
    const step = [setpriv, ...asUser(slot.user), process.execPath, supervisor, slot.scratch]
    return [...guarded(tools, slot.user), ...step]
  }
  const user = level === 'user-namespaces' ? ['--user', '--map-root-user'] : []
  const spaces = ['--pid', '--fork', '--kill-child', '--net', '--mount', '--ipc', '--uts']
  // The process ends when this one does, however that happens, and with it all that it started.
  const before = [setpriv, '--no-new-privs', '--pdeathsig', 'KILL', unshare, ...user, ...spaces, '--']
  return [...before, ...prepared(launch), ...entered(launch), IN_ROOT.node, IN_ROOT.supervisor, IN_ROOT.scratch]
}

/**
 * Where there is no namespace that ends with its first process, the user does, which is this step's alone. A shell that is
 * not that user, and so out of its reach, waits until its input ends, as it does with the server, and then ends all.
 */
function guarded(tools: Tools, user: number): string[] {
  const kill = killCommand(tools, user)
  const given = kill.map((_, index) => `"\${${index + 1}}"`).join(' ')
  const script = `exec 4<&0
(read -r _ <&4; exec ${given}) >/dev/null 2>&1 3>&- &
shift ${kill.length}
"$@" </dev/null 4<&-
exit $?`
  return [tools.sh ?? '', '-c', script, 'sh', ...kill]
}

/** The shell stays: it is the first process of its namespace, and the kernel ends the others with it. */
function prepared({ tools: { sh = '', mount = '', ip = '' }, root, supervisor, slot }: Launch): string[] {
  const table = join(slot.path, 'mounts')
  writeFileSync(table, mountsOf(root, supervisor).map(lineOf).join(''), { mode: 0o600 })
  const script = `${mount} -n -i -a -T "$1" && ${ip} link set lo up || exit 125\nshift\n"$@"\nexit $?`
  return [sh, '-c', script, 'sh', table]
}

function entered({ level, tools: { chroot = '', unshare = '' }, root, slot }: Launch): string[] {
  if (level === 'namespaces') return [chroot, `--userspec=${slot.user}:${slot.user}`, '--groups=', root]
  const user = String(USER_INSIDE)
  return [unshare, '--user', `--map-user=${user}`, `--map-group=${user}`, `--root=${root}`, '--wd=/']
}

/** Everything that a process of this user started, also what has left its group. */
export function killCommand({ setpriv = '', sh = '' }: Tools, user: number): string[] {
  return [setpriv, ...asUser(user), sh, '-c', 'kill -9 -1']
}

function asUser(user: number): string[] {
  const id = String(user)
  const none = ['--bounding-set', '-all', '--inh-caps', '-all']
  return ['--reuid', id, '--regid', id, '--clear-groups', '--no-new-privs', ...none, '--pdeathsig', 'KILL']
}

/** fstab(5): what would end a field is written as a number. */
function lineOf(fields: Mount): string {
  const escape = (char: string): string => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`
  return `${fields.map((field) => field.replaceAll(/[\s\\#]/g, escape)).join(' ')} 0 0\n`
}
