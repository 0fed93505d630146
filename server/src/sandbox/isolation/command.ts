/** The command lines that start sandbox processes. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasOwnUser, isNamespaced, type Level, type Tools } from './level.ts'
import { IN_ROOT } from './root.ts'
import { MOST_SCRATCH } from '../scratch.ts'
import type { Slot } from '../slots.ts'

export interface Launch {
  slot: Slot
  /** The child's file. */
  runtime: string
  /** Most private memory, in KB. */
  dataKb: number
  /** What stands behind `node`, given where the process will find things. */
  args(places: Places): string[]
}

/** Where the process finds what it may read. */
export interface Places {
  runtime: string
  program: string
  scratch: string
}

export interface Command {
  file: string
  args: string[]
  /** The user that it is started as, where that is not left to the command line. */
  as: { uid?: number; gid?: number }
}

/** Most open files of a process. Connections are none: they are streams on the pipe. */
const OPEN_FILES = 256
/** Most threads of a process's user. Node has about a dozen. */
const THREADS = 128

/**
 * @param root the folder that {@link makeRoot} made, for the levels that have one
 */
export function command(level: Level, tools: Tools, root: string | undefined, launch: Launch): Command {
  const { sh = '/bin/sh' } = tools
  const { user } = launch.slot
  const { script, args } = root === undefined ? besides(launch) : inside(level, tools, root, launch)
  const shell = [sh, '-c', `${limits(launch.dataKb, hasOwnUser(level))}\n${script}`, 'sh', ...args]
  const [file = sh, ...rest] = [...before(level, tools), ...shell]
  return { file, args: rest, as: level === 'user' ? { uid: user, gid: user } : {} }
}

/** No privilege can be gained any more, and the process ends when this one does, however that happens. */
function before(level: Level, { setpriv, unshare = '' }: Tools): string[] {
  if (setpriv === undefined) return []
  const mine = [setpriv, '--no-new-privs', '--pdeathsig', 'KILL']
  if (!isNamespaced(level)) return mine
  const user = level === 'user-namespaces' ? ['--user', '--map-root-user'] : []
  const spaces = ['--pid', '--fork', '--kill-child', '--net', '--mount', '--ipc', '--uts']
  return [...mine, unshare, ...user, ...spaces, '--']
}

/** The limits of resources; one that the host's own limit forbids is there already. */
function limits(dataKb: number, ownUser: boolean): string {
  const set = [`-c 0`, `-n ${OPEN_FILES}`, `-f ${MOST_SCRATCH.megabytes * 2048}`]
  if (process.platform === 'linux') set.push(`-d ${dataKb}`)
  const threads = ownUser ? `ulimit -u ${THREADS} 2>/dev/null || ulimit -p ${THREADS} 2>/dev/null || :` : ''
  return `${set.map((limit) => `ulimit ${limit} 2>/dev/null || :`).join('\n')}\n${threads}`
}

interface Script {
  script: string
  args: string[]
}

/** In the root folder of the host. */
function besides({ slot, runtime, ...launch }: Launch): Script {
  const { program, scratch } = slot
  return { script: 'exec "$@"', args: [process.execPath, ...launch.args({ runtime, program, scratch })] }
}

/** In a root folder of its own. */
function inside(level: Level, { mount = '', chroot = '', unshare = '' }: Tools, root: string, launch: Launch): Script {
  const { user } = launch.slot
  const enter =
    level === 'namespaces'
      ? [chroot, `--userspec=${user}:${user}`, '--groups=', root]
      : [unshare, '--user', '--map-user=1000', '--map-group=1000', `--root=${root}`, '--wd=/']
  return {
    // The shell stays: it is the first process of its namespace, and the kernel ends the others with it. Changing the
    // user makes a process forget that it has to end with its parent.
    script: '"$1" -n -i -a -T "$2" || exit 125\nshift 2\n"$@"\nexit $?',
    args: [mount, writeMounts(root, launch), ...enter, IN_ROOT.node, ...launch.args(IN_ROOT)]
  }
}

/** The process's own file systems, in the form of fstab(5). Returns the path of the file. */
function writeMounts(root: string, { slot, runtime }: Launch): string {
  const at = (path: string) => join(root, path)
  const scratch = `size=${MOST_SCRATCH.megabytes}m,nr_inodes=${MOST_SCRATCH.files},mode=1777,nosuid,nodev,noexec`
  const lines = [
    [root, root, 'none', 'bind,ro'],
    [process.execPath, at(IN_ROOT.node), 'none', 'bind,ro'],
    [runtime, at(IN_ROOT.runtime), 'none', 'bind,ro'],
    [slot.program, at(IN_ROOT.program), 'none', 'bind,ro'],
    ['tmpfs', at(IN_ROOT.scratch), 'tmpfs', scratch],
    ['proc', at(IN_ROOT.proc), 'proc', 'nosuid,nodev,noexec']
  ]
  const file = join(slot.path, 'mounts')
  writeFileSync(file, lines.map((line) => `${line.map(escape).join(' ')} 0 0\n`).join(''))
  return file
}

/** fstab(5): what would end a field is written as a number. */
function escape(field: string): string {
  return field.replaceAll(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)
}
