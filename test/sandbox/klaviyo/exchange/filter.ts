import { invalidParameter, Refusal } from './errors.ts'

/** One condition of a filter: the field is one of the values. `equals` is an `any` with one value. */
export interface Condition {
  readonly field: string
  readonly values: readonly string[]
}

const CALL = /^([a-z-]+)\(([\w.]+),([\s\S]*)\)$/
const VALUE = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s,[\]"']+)/g

/**
 * Reads `any(email,["a","b"])` and `equals(status,'queued')`, one or several joined by commas (all must hold).
 * Other operators, and other fields than those allowed, are turned down as Klaviyo would: 400 with `filter` as the source.
 */
export function parseFilter(text: string | null, allowed: readonly string[]): readonly Condition[] {
  if (text === null) return []
  return topLevelParts(text).map((part) => conditionOf(part.trim(), allowed))
}

function conditionOf(text: string, allowed: readonly string[]): Condition {
  const [, operator, field = '', argument = ''] = CALL.exec(text) ?? []
  if (operator !== 'any' && operator !== 'equals') throw invalidFilter(`Invalid filter provided: ${text}`)
  if (!allowed.includes(field)) throw invalidFilter(`'${field}' is not a valid filter field for this resource.`)
  const values = [...argument.matchAll(VALUE)].map(([, double, single, bare]) =>
    unescaped(double ?? single ?? bare ?? ''),
  )
  if (operator === 'equals' && values.length !== 1) throw invalidFilter(`Invalid filter provided: ${text}`)
  return { field, values }
}

/** Splits at commas that stand outside brackets and quotes. */
function topLevelParts(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quote = ''
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!
    if (quote !== '') {
      if (letter === '\\') i += 1
      else if (letter === quote) quote = ''
    } else if (letter === '"' || letter === "'") quote = letter
    else if (letter === '(' || letter === '[') depth += 1
    else if (letter === ')' || letter === ']') depth -= 1
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(start, i))
      start = i + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1')
}

function invalidFilter(detail: string): Refusal {
  return new Refusal([invalidParameter(detail, 'filter')])
}
