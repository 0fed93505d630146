import { queryAction } from '../../database/query.ts'

export const mysqlQuery = queryAction('mysql', 'MySQL or MariaDB', 'select name from customers where id = $1')
