import { Fault } from '@bellhop/sdk'

/** Where a database's URL stands, password and all. */
export const DATABASE_VARIABLE = 'BELLHOP_DATABASE_URL'

const OPTION = '--database'

/**
 * Moves `--database URL` from the arguments into the environment, for the process that takes this one's place: a list of
 * processes shows arguments to everybody, and an environment to its own user only.
 * @throws Fault `database_url` where it is empty, as a variable that is not set would leave it: that would start a server of its own
 */
export function hideDatabase(): void {
  const { argv } = process
  const at = argv.indexOf(OPTION)
  const url = at === -1 ? argv.find((text) => text.startsWith(`${OPTION}=`))?.slice(OPTION.length + 1) : argv[at + 1]
  if (url === undefined) return
  if (url === '') throw empty()
  process.env[DATABASE_VARIABLE] = url
  process.argv = argv.filter((text, i) => !text.startsWith(`${OPTION}=`) && (at === -1 || i < at || i > at + 1))
}

function empty(): Fault {
  return new Fault('database_url', `${OPTION} is empty`, {
    hint: 'Write it like postgres://user:password@host:5432/database, or leave it out for a database in the data directory.'
  })
}
