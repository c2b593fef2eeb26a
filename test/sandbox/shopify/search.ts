export type Comparator = ':' | '>' | '>=' | '<' | '<='

/** Made from `field:value` once, asked of each row: a shop may have a million. */
export type SearchField<Row> = (value: string, comparator: Comparator) => (row: Row) => boolean

export interface Search<Row> {
  readonly matches: (row: Row) => boolean
  /** Fields that Shopify does not know here. It ignores such a term and says so in `extensions.search`. */
  readonly unknownFields: readonly string[]
}

/**
 * Shopify's search syntax as far as Lockstep could write it: terms side by side, AND, OR, NOT, `-`, brackets,
 * comparators and quotes. https://shopify.dev/docs/api/usage/search-syntax
 */
export function parseSearch<Row>(text: string, fields: Readonly<Record<string, SearchField<Row>>>): Search<Row> {
  const parser = new SearchParser(text, fields)
  return { matches: parser.any(), unknownFields: parser.unknownFields }
}

const TOKEN = /\s*(\(|\)|-(?=\w+:)|(?:\w+:)?(?:>=|<=|>|<|=)?(?:"[^"]*"|'[^']*'|[^\s()"'][^\s()]*))/y
const TERM = /^(?:(\w+):)?(>=|<=|>|<|=)?(.*)$/s

type Test<Row> = (row: Row) => boolean

class SearchParser<Row> {
  readonly unknownFields: string[] = []
  readonly #fields: Readonly<Record<string, SearchField<Row>>>
  readonly #tokens: readonly string[]
  #at = 0

  constructor(text: string, fields: Readonly<Record<string, SearchField<Row>>>) {
    this.#fields = fields
    this.#tokens = tokensOf(text)
  }

  any(): Test<Row> {
    const tests = [this.#all()]
    while (this.#take('OR')) tests.push(this.#all())
    return (row) => tests.some((test) => test(row))
  }

  #all(): Test<Row> {
    const tests: Test<Row>[] = []
    while (this.#at < this.#tokens.length && !this.#sees('OR') && !this.#sees(')')) {
      if (!this.#take('AND')) tests.push(this.#one())
    }
    return (row) => tests.every((test) => test(row))
  }

  #one(): Test<Row> {
    if (this.#take('NOT') || this.#take('-')) {
      const test = this.#one()
      return (row) => !test(row)
    }
    if (this.#take('(')) {
      const test = this.any()
      this.#take(')')
      return test
    }
    return this.#term(this.#tokens[this.#at++] ?? '')
  }

  #term(token: string): Test<Row> {
    const [, field = 'default', sign, quoted = ''] = TERM.exec(token) ?? []
    const known = this.#fields[field]
    if (!known) {
      this.unknownFields.push(field)
      return () => true
    }
    const comparator = (sign === undefined || sign === '=' ? ':' : sign) as Comparator
    const value = quoted.replace(/^(["'])(.*)\1$/s, '$2')
    return known(value, comparator)
  }

  #sees(word: string): boolean {
    return this.#tokens[this.#at] === word
  }

  #take(word: string): boolean {
    if (!this.#sees(word)) return false
    this.#at++
    return true
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) tokens.push(found[1]!)
  return tokens
}

/**
 * Times of day are ignored: a date filter means whole days, and `>` lets the day itself through
 * (reference, section 3.3).
 */
export function onDay<Row>(isoOf: (row: Row) => string): SearchField<Row> {
  return (value, comparator) => {
    const parsed = Date.parse(value)
    if (Number.isNaN(parsed)) return () => false
    const wanted = new Date(parsed).toISOString().slice(0, 10)
    const fits = comparing(comparator === '>' ? '>=' : comparator)
    return (row) => {
      const day = isoOf(row).slice(0, 10)
      return fits(day < wanted ? -1 : day > wanted ? 1 : 0)
    }
  }
}

/** Text in either case; a `*` at the end stands for anything. */
export function sameText<Row>(textsOf: (row: Row) => readonly (string | null | undefined)[]): SearchField<Row> {
  return (value) => {
    const wanted = value.toLowerCase()
    const start = wanted.endsWith('*') ? wanted.slice(0, -1) : null
    return (row) =>
      textsOf(row).some((text) =>
        start === null ? text?.toLowerCase() === wanted : text?.toLowerCase().startsWith(start),
      )
  }
}

export function sameNumber<Row>(differenceFrom: (row: Row, value: string) => number): SearchField<Row> {
  return (value, comparator) => {
    const fits = comparing(comparator)
    return (row) => fits(differenceFrom(row, value))
  }
}

function comparing(comparator: Comparator): (difference: number) => boolean {
  switch (comparator) {
    case ':':
      return (difference) => difference === 0
    case '>':
      return (difference) => difference > 0
    case '>=':
      return (difference) => difference >= 0
    case '<':
      return (difference) => difference < 0
    case '<=':
      return (difference) => difference <= 0
  }
}
