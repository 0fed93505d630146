/** What tells the texts of three databases apart, as far as it decides what is code and what is a quotation. */
export interface Dialect {
  /** Quotation marks; a mark that is doubled stands for itself, and with `\` so does one after it where `escapes` says so. */
  quotes: Readonly<Record<string, { close: string; escapes: boolean }>>
  /** A `'` after a lone `e` takes escapes: `e'it\'s'`. */
  escapedStrings: boolean
  /** `$$ … $$` and `$tag$ … $tag$`. */
  dollarQuotes: boolean
  /** Comments inside comments. */
  nestedComments: boolean
  /** `--` begins a comment only before white space, and `#` begins one, too. */
  mysqlComments: boolean
  /** Other ways to write a parameter, which would make two of them. */
  otherParameters: RegExp | undefined
}

const plain = (close: string): { close: string; escapes: boolean } => ({ close, escapes: false })
const escaped = (close: string): { close: string; escapes: boolean } => ({ close, escapes: true })

/** https://www.postgresql.org/docs/current/sql-syntax-lexical.html */
export const POSTGRES: Dialect = {
  quotes: { "'": plain("'"), '"': plain('"') },
  escapedStrings: true,
  dollarQuotes: true,
  nestedComments: true,
  mysqlComments: false,
  // `?` is an operator of jsonb.
  otherParameters: undefined
}

/** https://dev.mysql.com/doc/refman/8.4/en/language-structure.html, with the modes that servers have by default */
export const MYSQL: Dialect = {
  quotes: { "'": escaped("'"), '"': escaped('"'), '`': plain('`') },
  escapedStrings: false,
  dollarQuotes: false,
  nestedComments: false,
  mysqlComments: true,
  otherParameters: /\?/y
}

/** https://www.sqlite.org/lang_expr.html#varparam and lang_keywords.html */
export const SQLITE: Dialect = {
  quotes: { "'": plain("'"), '"': plain('"'), '`': plain('`'), '[': plain(']') },
  escapedStrings: false,
  dollarQuotes: false,
  nestedComments: false,
  mysqlComments: false,
  otherParameters: /\?\d*|[:@$][\w\u0080-\uffff]+/y
}
