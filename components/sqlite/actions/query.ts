import { queryAction } from '../../database/query.ts'

export const sqliteQuery = queryAction('sqlite', 'SQLite', 'select name from customers where id = $1')
