/** The one action of every kind of database: a statement with its values beside it. */
import { defineComponent, type Json, type JsonObject } from '@bellhop/sdk'

/** What the store's `query` answers. */
interface Answer extends JsonObject {
  rows: Json[]
  columns: string[]
  row_count: number
  truncated: boolean
}

/**
 * Makes `<kind>-query`. It returns the rows, as a list of objects by column, and exports `row_count`, `columns` and
 * `truncated`. The kind of database says what reading and writing mean; nothing here repeats a statement.
 * @param example a statement that reads something, as its description shows it
 */
export function queryAction(kind: 'postgres' | 'mysql' | 'sqlite', title: string, example: string) {
  return defineComponent({
    type: 'action',
    key: `${kind}-query`,
    name: `Query ${title}`,
    description: `Runs one statement. Returns its rows; exports \`row_count\`, \`columns\` and \`truncated\`.`,
    version: '0.1.0',
    props: {
      store: {
        type: 'store',
        kinds: [kind],
        label: title,
        description: 'A store of this kind, as `bellhop stores` lists it.'
      },
      sql: {
        type: 'string',
        label: 'Statement',
        description: `One statement, word for word, with \`$1\`, \`$2\`, … where values belong: \`${example}\`.`,
        literal: { instead: 'values' }
      },
      values: {
        type: 'any',
        label: 'Values',
        description:
          'A list: the first goes where `$1` stands. They go beside the statement and never become part of it.',
        default: [],
        selects: true,
        optional: true
      },
      secret_columns: {
        type: 'string[]',
        label: 'Secret columns',
        description:
          'Columns to protect. One that a later `runtime` binding refers to is protected without being named.',
        default: [],
        optional: true
      },
      max_rows: {
        type: 'integer',
        label: 'Most rows',
        description: 'Rows beyond these are left out, and the export `truncated` is true.',
        default: 1000,
        min: 1,
        max: 100_000,
        optional: true
      }
    },
    async run({ $ }) {
      const { sql, values, secret_columns, max_rows } = this
      const answer = (await this.store.call('query', {
        sql,
        values: listOf(values),
        secret_columns,
        max_rows
      })) as Answer
      for (const name of ['row_count', 'columns', 'truncated'] as const) $.export(name, answer[name])
      $.export('$summary', summaryOf(answer))
      return answer.rows
    }
  })
}

/** One value stands for a list of one. */
function listOf(values: Json): Json[] {
  return Array.isArray(values) ? values : [values]
}

function summaryOf({ row_count: count, columns, truncated }: Answer): string {
  const rows = `${count} ${count === 1 ? 'row' : 'rows'}`
  if (columns.length === 0) return `Changed ${rows}`
  return truncated ? `Found more than ${rows}` : `Found ${rows}`
}
