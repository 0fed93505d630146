import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MYSQL, POSTGRES, SQLITE, type Dialect } from './dialects.ts'
import { misfit, readStatement, writeStatement } from './parameters.ts'

const numbersIn = (sql: string, dialect: Dialect): number[] =>
  readStatement(sql, dialect).pieces.filter((piece) => typeof piece === 'number')
const problemOf = (sql: string, dialect: Dialect): string | undefined => readStatement(sql, dialect).problem

describe('a parameter is found where it is code, and nowhere else:', () => {
  test.each<[string, Dialect, string, number[]]>([
    ['plain', POSTGRES, 'select a from t where b = $1 and c=$2 or d>$1', [1, 2, 1]],
    ['in a string', POSTGRES, "select '$1', 'it''s $1' where a = $1", [1]],
    ['after a backslash that ends a string', POSTGRES, "select '\\' || $1", [1]],
    ['in an escape string', POSTGRES, "select e'it\\'s $1' || $2, E'\\\\' || $3", [2, 3]],
    ['after a word that ends in e', POSTGRES, "select some'\\' , $1", [1]],
    ['in an identifier', POSTGRES, 'select "$1" from t where a = $2', [2]],
    ['as part of a name', POSTGRES, 'select a$1 from b$2 where c = $3', [3]],
    ['in a dollar quote', POSTGRES, 'select $$ $1 $$, $x$ $$ $2 $x$ where a = $3', [3]],
    ['in a comment', POSTGRES, 'select -- $1\n $2 /* $3 /* $4 */ $5 */', [2]],
    ['next to brackets', POSTGRES, 'select a[$1] from t', [1]],
    ['before a cast', POSTGRES, 'select $1::text', [1]],
    ['with a name that has a digit', POSTGRES, 'select t1.a, $12 from t1', [12]],
    ['with letters after it', POSTGRES, 'select $1a', []],
    ['in a string with escapes', MYSQL, "select 'it\\'s $1', \"$2\", `$3`, $4", [4]],
    ['after dashes that subtract', MYSQL, 'select 5--$1', [1]],
    ['in a comment of MySQL', MYSQL, 'select 1 # $1\n, $2 -- $3', [2]],
    ['after a comment in a comment', MYSQL, 'select /* /* $1 */ $2', [2]],
    ['in brackets', SQLITE, 'select [a $1], `$2`, "$3", \'$4\', $5', [5]],
    ['in a string that is not closed', SQLITE, "select 'a $1", []]
  ])('%s', (_, dialect, sql, numbers) => {
    expect(numbersIn(sql, dialect)).toEqual(numbers)
  })
})

describe('what is no single statement with our parameters is refused:', () => {
  test.each<[string, Dialect, string]>([
    ['select 1; select 2', POSTGRES, 'holds more than one statement'],
    ['select 1; $1', SQLITE, 'holds more than one statement'],
    ['select ?', MYSQL, 'has a parameter that is not written `$1`, `$2`, …'],
    ['select 1 limit?', MYSQL, 'has a parameter that is not written `$1`, `$2`, …'],
    ['select ?1', SQLITE, 'has a parameter that is not written `$1`, `$2`, …'],
    ['select :a', SQLITE, 'has a parameter that is not written `$1`, `$2`, …'],
    ['select @a', SQLITE, 'has a parameter that is not written `$1`, `$2`, …'],
    ['select $a', SQLITE, 'has a parameter that is not written `$1`, `$2`, …'],
    ['select $1::text', SQLITE, 'has a parameter that is not written `$1`, `$2`, …'],
    [' ; -- nothing', POSTGRES, 'is empty']
  ])('%s', (sql, dialect, problem) => {
    expect(problemOf(sql, dialect)).toBe(problem)
  })

  test.each<[string, Dialect]>([
    ['select a ? b from t', POSTGRES],
    ["select '?', ';' -- ? ;", MYSQL],
    ['select @a := 1', MYSQL],
    ["select ':a @b $c ?'", SQLITE],
    ['select 1; -- the end', SQLITE],
    ['select $$;$$ ;', POSTGRES]
  ])('but not: %s', (sql, dialect) => {
    expect(problemOf(sql, dialect)).toBeUndefined()
  })
})

test('values and parameters have to fit', () => {
  const statement = readStatement('select $1, $3', POSTGRES)
  expect(misfit(statement, 0)).toBe('uses $3, and there are no values')
  expect(misfit(statement, 2)).toBe('uses $3, and there are 2 values')
  expect(misfit(statement, 3)).toBe('does not use $2, and there are 3 values')
  expect(misfit(statement, 1)).toBe('uses $3, and there is one value')
  expect(misfit(readStatement('select $1, $1', POSTGRES), 1)).toBeUndefined()
  expect(misfit(readStatement('select 1', POSTGRES), 0)).toBeUndefined()
})

test('each place of a parameter says whose value belongs there', () => {
  const statement = readStatement("select '?' where a = $2 or b = $1 or c = $2", MYSQL)
  expect(writeStatement(statement, () => '?')).toEqual({
    text: "select '?' where a = ? or b = ? or c = ?",
    order: [2, 1, 2]
  })
})

/** What looks like code and is a quotation, by dialect. */
const bait = fc.constantFrom('$1', '$2', '?', ';', ':x', '@x', '$', '--', '/*', '#', 'it', ' ')
const text = fc.array(bait, { maxLength: 5 }).map((parts) => parts.join(''))
const code = fc.constantFrom('select', '1', '+', '(', ')', ',', 'a1', '\n', 'x')
const quotations = (dialect: Dialect): fc.Arbitrary<string> => {
  const quoted = text.map((inner) => `'${inner}'`)
  const named = text.map((inner) => `"${inner}x"`)
  const block = text.filter((inner) => !/\/\*|\*\//.test(inner)).map((inner) => `/*${inner}*/`)
  const line = text.map((inner) => `-- ${inner}\n`)
  const dollar = text.map((inner) => `$q$${inner}$q$`)
  return fc.oneof(quoted, named, block, line, ...(dialect === POSTGRES ? [dollar] : []))
}

describe.each<[string, Dialect]>([
  ['PostgreSQL', POSTGRES],
  ['MySQL', MYSQL],
  ['SQLite', SQLITE]
])('any statement of %s', (_, dialect) => {
  const piece = fc.oneof(
    code.map((text) => ({ text, number: undefined })),
    quotations(dialect).map((text) => ({ text, number: undefined })),
    fc.integer({ min: 1, max: 30 }).map((number) => ({ text: `$${number}`, number }))
  )

  test('has the parameters that were put in, in order, and is otherwise as it was', () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const sql = pieces.map(({ text }) => text).join(' ')
        const statement = readStatement(sql, dialect)
        const numbers = pieces.flatMap(({ number }) => number ?? [])
        expect(statement.pieces.filter((one) => typeof one === 'number')).toEqual(numbers)
        expect(writeStatement(statement, (number) => `$${number}`).text).toBe(sql)
      })
    )
  })

  test('is read in the end, whatever it is', () => {
    const chaos = fc.string({ unit: fc.constantFrom(...'$1\'"`[]/*-#;?:@\\ae\n '.split('')) })
    fc.assert(
      fc.property(chaos, (sql) => {
        expect(writeStatement(readStatement(sql, dialect), (number) => `$${number}`).text).toBe(sql)
      })
    )
  })
})

test('SQLite itself sees the same parameters', () => {
  const db = new DatabaseSync(':memory:')
  const expression = fc.oneof(
    fc.integer({ min: 1, max: 9 }).map((number) => ({ sql: `$${number}`, value: number })),
    text.map((inner) => ({ sql: `'${inner}'`, value: inner })),
    text.filter((inner) => !inner.includes('*/')).map((inner) => ({ sql: `/*${inner}*/ 0`, value: 0 }))
  )
  fc.assert(
    fc.property(fc.array(expression, { minLength: 1, maxLength: 8 }), (expressions) => {
      const statement = readStatement(`select ${expressions.map(({ sql }) => sql).join(', ')}`, SQLITE)
      const { text } = writeStatement(statement, (number) => `?${number}`)
      const numbers = statement.pieces.filter((piece) => typeof piece === 'number')
      const values = Object.fromEntries(numbers.map((number) => [`?${number}`, number]))
      const prepared = db.prepare(text)
      prepared.setReturnArrays(true)
      expect(prepared.get(values)).toEqual(expressions.map(({ value }) => value))
    })
  )
  db.close()
})

test('a long statement is read in time', () => {
  const long = `select ${"$q '$1' -- $2\n /* $3 */ ".repeat(20_000)}`
  const begun = performance.now()
  for (const dialect of [POSTGRES, MYSQL, SQLITE]) readStatement(long, dialect)
  expect(performance.now() - begun).toBeLessThan(5_000)
})
