/**
 * What the operating system adds to Node's own permission model, where the host allows it (I7). Four levels, from the most
 * to the least; the first one with which a process really starts is taken:
 *
 * - `namespaces`: a root folder with nothing in it but Node and the program, no other process in sight, no network device, and a user
 *   of its own. Needs root and `CAP_SYS_ADMIN`.
 * - `user-namespaces`: the same without root, by unprivileged user namespaces; the files that it could reach are still this
 *   user's, which is why root passes it over.
 * - `user`: a user of its own. Needs root, as in most containers.
 * - `none`: Node's permissions and the limits of resources only.
 */
export type Level = 'namespaces' | 'user-namespaces' | 'user' | 'none'

/** The programs of util-linux and coreutils that a level needs; undefined where the host has none. */
export type Tools = Readonly<Partial<Record<'sh' | 'setpriv' | 'unshare' | 'mount' | 'chroot' | 'ip', string>>>

/** From the most to the least. */
export const LEVELS: readonly Level[] = ['namespaces', 'user-namespaces', 'user', 'none']

export function isNamespaced(level: Level): boolean {
  return level === 'namespaces' || level === 'user-namespaces'
}

/** Whether the processes run as a user of their own. */
export function hasOwnUser(level: Level): boolean {
  return level === 'namespaces' || level === 'user'
}
