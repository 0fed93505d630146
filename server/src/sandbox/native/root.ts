/**
 * The root folder of steps in Python and Bash: the host's programs and libraries, read only, a device or two, and nothing
 * else. What is not named here is not there: no home folder, no data directory, no `/run` with its sockets, of `/etc` what
 * programs need to run.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** Where things of Bellhop's are in it. */
export const IN_ROOT = { node: '/.bellhop/node', supervisor: '/.bellhop/supervisor.mjs', scratch: '/tmp' }

/** Whole, as far as the host has them. On most hosts all but the first are links into it. */
const PROGRAMS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64']
/** Programs choose among alternatives by links in the first; the others say how text, time and types are named. */
const CONFIG_FOLDERS = ['/etc/alternatives']
const CONFIG_FILES = [
  '/etc/ld.so.cache',
  '/etc/localtime',
  '/etc/mime.types',
  '/etc/protocols',
  '/etc/services',
  '/etc/ssl/openssl.cnf'
]
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom']
/** Where programs look for authorities when no variable says so: there is one, that of the step's own proxy. */
const AUTHORITIES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/cert.pem', '/etc/pki/tls/certs/ca-bundle.crt']

/** What is mounted into the folder: fields of fstab(5). */
export type Mount = readonly [what: string, where: string, type: string, options: string]

/** Most bytes of a step's own files. They are memory. */
const SCRATCH = 'size=256m,nr_inodes=20000,mode=1777,nosuid,nodev'
const SHARED = 'size=64m,nr_inodes=1000,mode=1777,nosuid,nodev,noexec'

/** Makes it anew. Every step gets the same one; what a step can change is mounted for it alone. */
export function makeRoot(path: string): void {
  rmSync(path, { recursive: true, force: true })
  for (const folder of ['/.bellhop', '/tmp', '/proc', '/dev', '/dev/shm', '/etc', '/var', '/run', '/root']) {
    makeFolder(path, join(path, folder))
  }
  for (const program of PROGRAMS) copyPlace(path, program)
  for (const folder of CONFIG_FOLDERS.filter((name) => existsSync(name))) makeFolder(path, join(path, folder))
  for (const file of CONFIG_FILES.filter((name) => existsSync(name))) copyFile(path, file)
  writeFiles(path)
  for (const [name, to] of Object.entries(LINKS)) link(path, name, to)
}

const LINKS = {
  '/dev/fd': '/proc/self/fd',
  '/dev/stdin': '/proc/self/fd/0',
  '/dev/stdout': '/proc/self/fd/1',
  '/dev/stderr': '/proc/self/fd/2',
  '/var/tmp': '/tmp'
}

function writeFiles(root: string): void {
  const files = {
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nstep:x:1000:1000:step:/tmp:/bin/sh\n',
    '/etc/group': 'root:x:0:\nstep:x:1000:\n',
    '/etc/hosts': '127.0.0.1 localhost\n',
    '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n'
  }
  for (const [name, text] of Object.entries(files)) writeFile(join(root, name), text)
  for (const name of DEVICES) writeFile(join(root, 'dev', name), '')
  for (const name of [IN_ROOT.node, IN_ROOT.supervisor]) writeFile(join(root, name), '')
  for (const name of AUTHORITIES) {
    makeFolder(root, join(root, dirname(name)))
    link(root, name, '/tmp/.bellhop/ca.pem')
  }
}

/** What one step's process gets to see, in the order in which it is mounted. */
export function mountsOf(root: string, supervisor: string): Mount[] {
  const at = (path: string): string => join(root, path)
  const bound = [...PROGRAMS, ...CONFIG_FOLDERS].filter((path) => existsSync(path) && !isLink(path))
  return [
    [root, root, 'none', 'bind,ro'],
    ...bound.map((path): Mount => [path, at(path), 'none', 'rbind,ro,nosuid,nodev']),
    [process.execPath, at(IN_ROOT.node), 'none', 'bind,ro'],
    [supervisor, at(IN_ROOT.supervisor), 'none', 'bind,ro'],
    ...DEVICES.map((name): Mount => [`/dev/${name}`, at(`/dev/${name}`), 'none', 'bind']),
    ['tmpfs', at('/dev/shm'), 'tmpfs', SHARED],
    ['tmpfs', at(IN_ROOT.scratch), 'tmpfs', SCRATCH],
    ['proc', at('/proc'), 'proc', 'nosuid,nodev,noexec']
  ]
}

function copyPlace(root: string, path: string): void {
  if (!existsSync(path)) return
  if (isLink(path)) link(root, path, resolve('/', readlinkSync(path)))
  else makeFolder(root, join(root, path))
}

function copyFile(root: string, path: string): void {
  makeFolder(root, join(root, dirname(path)))
  copyFileSync(path, join(root, path))
  chmodSync(join(root, path), 0o444)
}

function writeFile(path: string, text: string): void {
  writeFileSync(path, text)
  chmodSync(path, 0o444)
}

/** Relative, so that who looks at the folder from outside is led nowhere else. */
function link(root: string, path: string, to: string): void {
  symlinkSync(relative(dirname(path), to), join(root, path))
}

function isLink(path: string): boolean {
  return lstatSync(path).isSymbolicLink()
}

/** Others may pass through it, whatever this process's umask is. */
function makeFolder(root: string, folder: string): void {
  if (folder !== root) makeFolder(root, dirname(folder))
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o755)
}
