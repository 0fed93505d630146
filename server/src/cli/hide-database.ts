/** Where a database's URL stands, password and all. */
export const DATABASE_VARIABLE = 'BELLHOP_DATABASE_URL'

const OPTION = '--database'

/**
 * Moves `--database URL` from the arguments into the environment, for the process that takes this one's place: a list of
 * processes shows arguments to everybody, and an environment to its own user only.
 */
export function hideDatabase(): void {
  const { argv } = process
  const at = argv.indexOf(OPTION)
  const url = at === -1 ? argv.find((text) => text.startsWith(`${OPTION}=`))?.slice(OPTION.length + 1) : argv[at + 1]
  if (url === undefined) return
  process.env[DATABASE_VARIABLE] = url
  process.argv = argv.filter((text, i) => !text.startsWith(`${OPTION}=`) && (at === -1 || i < at || i > at + 1))
}
