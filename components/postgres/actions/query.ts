import { queryAction } from '../../database/query.ts'

export const postgresQuery = queryAction('postgres', 'PostgreSQL', 'select name from customers where id = $1')
