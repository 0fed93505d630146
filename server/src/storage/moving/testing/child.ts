/** A process for tests to kill: moves the directory given to the database given, and writes a line for each step of it. */
import { move } from '../moving.ts'
import { Source } from '../source.ts'
import { Target } from '../target.ts'

const [dir = '', url = ''] = process.argv.slice(2)
const source = Source.open(dir)
const target = await Target.open(url, source)
process.stdout.write('begun\n')
await move(source, target, ({ doing, table, rows }) => process.stdout.write(`${doing} ${table} ${rows}\n`))
process.stdout.write('there\n')
await target.close()
source.close()
