/** The command lines that start sandbox processes. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Level, Tools } from './isolation.ts'
import { IN_ROOT } from './root.ts'
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
}

/** Most bytes in the scratch folder of a process, where it is a file system of its own. */
const SCRATCH_MB = 256
const SCRATCH_FILES = 20_000
/** Most open files of a process. Connections are none: they are streams on the pipe. */
const OPEN_FILES = 256
/** Most threads of a process's user. Node has about a dozen. */
const THREADS = 128

/**
 * @param root the folder that {@link makeRoot} made, for the levels that have one
 */
export function command(level: Level, tools: Tools, root: string | undefined, launch: Launch): Command {
  const { sh = '/bin/sh' } = tools
  const { script, args } = scriptOf(level, tools, root ?? '/', launch)
  const shell = [
    sh,
    '-c',
    `${limits(launch.dataKb, level === 'namespaces' || level === 'user')}\n${script}`,
    'sh',
    ...args
  ]
  const [file = sh, ...rest] = [...before(level, tools), ...shell]
  return { file, args: rest }
}

/** No privilege can be gained any more, and the process ends when this one does, however that happens. */
function before(level: Level, { setpriv, unshare }: Tools): string[] {
  if (setpriv === undefined || unshare === undefined || level === 'user') return []
  const mine = [setpriv, '--no-new-privs', '--pdeathsig', 'KILL']
  if (level === 'none') return mine
  const user = level === 'user-namespaces' ? ['--user', '--map-root-user'] : []
  const spaces = ['--pid', '--fork', '--kill-child', '--net', '--mount', '--ipc', '--uts']
  return [...mine, unshare, ...user, ...spaces, '--']
}

/** The limits of resources; one that the host's own limit forbids is there already. */
function limits(dataKb: number, ownUser: boolean): string {
  const set = [`-c 0`, `-n ${OPEN_FILES}`, `-f ${SCRATCH_MB * 2048}`]
  if (process.platform === 'linux') set.push(`-d ${dataKb}`)
  const threads = ownUser ? `ulimit -u ${THREADS} 2>/dev/null || ulimit -p ${THREADS} 2>/dev/null || :` : ''
  return `${set.map((limit) => `ulimit ${limit} 2>/dev/null || :`).join('\n')}\n${threads}`
}

function scriptOf(level: Level, tools: Tools, root: string, launch: Launch): { script: string; args: string[] } {
  const { slot, runtime } = launch
  const outside = launch.args({ runtime, program: slot.program, scratch: slot.scratch })
  switch (level) {
    case 'none':
      return { script: 'exec "$@"', args: [process.execPath, ...outside] }
    case 'user':
      return {
        script: 'exec "$@"',
        args: [tools.setpriv ?? '', ...asUser(slot.user), process.execPath, ...outside]
      }
    case 'namespaces':
    case 'user-namespaces': {
      const inside = [IN_ROOT.node, ...launch.args(IN_ROOT)]
      const mounts = [tools.mount ?? '', writeMounts(level, root, launch)]
      const enter =
        level === 'namespaces'
          ? [tools.chroot ?? '', `--userspec=${slot.user}:${slot.user}`, '--groups=', root]
          : [tools.unshare ?? '', '--user', '--map-user=1000', '--map-group=1000', `--root=${root}`, '--wd=/']
      // The shell stays: it is the first process of its namespace, and the kernel ends the others with it. Changing the
      // user would make Node forget that it has to end with its parent.
      return {
        script: '"$1" -n -i -a -T "$2" || exit 125\nshift 2\n"$@"\nexit $?',
        args: [...mounts, ...enter, ...inside]
      }
    }
  }
}

function asUser(user: number): string[] {
  const id = String(user)
  return [
    '--reuid',
    id,
    '--regid',
    id,
    '--clear-groups',
    '--no-new-privs',
    '--bounding-set',
    '-all',
    '--pdeathsig',
    'KILL'
  ]
}

/** The process's own file systems, in the form of fstab(5). Returns the path of the file. */
function writeMounts(level: Level, root: string, { slot, runtime }: Launch): string {
  const at = (path: string) => join(root, path)
  const scratch = `size=${SCRATCH_MB}m,nr_inodes=${SCRATCH_FILES},mode=1777,nosuid,nodev,noexec`
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
