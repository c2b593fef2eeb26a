import type { ShopDomain } from '#app/core/ids.ts'
import { reasonCodes } from '#app/core/issue/reason-code.ts'
import { maskWords } from '#app/core/support/mask-words.ts'
import type { SupportBundle } from '#app/core/support/support-bundle.ts'
import { listIssueWords, listOmissionWords, listRequestFacts } from '#app/store/support-facts.ts'

type Errors = SupportBundle['errors']

const MOST_LISTED = 50

/** What Klaviyo said, with every value masked. Messages that are the same without their values are counted together. */
export async function maskedErrors(shop: ShopDomain): Promise<Errors> {
  const [issues, omissions, requests] = await Promise.all([
    listIssueWords(shop),
    listOmissionWords(shop),
    listRequestFacts(shop),
  ])
  return {
    customers: together(
      issues.map(({ words, customers, code }) => ({ code: knownReason(code), words: maskWords(words), customers })),
      (a, b) => ({ ...a, customers: a.customers + b.customers }),
      ({ code, words }) => `${code} ${words}`,
    ),
    fieldsLeftOut: together(
      omissions.map(({ field, reason, words, customers }) => {
        return { field: fieldClass(field), reason, words: maskWords(words), customers }
      }),
      (a, b) => ({ ...a, customers: a.customers + b.customers }),
      ({ field, reason, words }) => `${field} ${reason} ${words}`,
    ),
    requests: together(
      requests.map((row) => ({
        kind: row.kind,
        outcome: row.outcome,
        status: row.status,
        words: maskWords(row.words),
        requests: row.requests,
        lastAt: row.last_at.toISOString(),
        medianMs: row.median_ms,
        longestMs: row.longest_ms,
      })),
      (a, b) => ({
        ...a,
        requests: a.requests + b.requests,
        lastAt: a.lastAt > b.lastAt ? a.lastAt : b.lastAt,
        longestMs: Math.max(a.longestMs, b.longestMs),
      }),
      ({ kind, outcome, status, words }) => `${kind} ${outcome} ${status} ${words}`,
    ),
  }
}

/** Adds up rows that are the same, and returns the first of them: the rows come with the most frequent first. */
function together<Row>(rows: readonly Row[], add: (a: Row, b: Row) => Row, keyOf: (row: Row) => string): Row[] {
  const sums = new Map<string, Row>()
  for (const row of rows) {
    const before = sums.get(keyOf(row))
    sums.set(keyOf(row), before ? add(before, row) : row)
  }
  return [...sums.values()].slice(0, MOST_LISTED)
}

function knownReason(code: string | null): Errors['customers'][number]['code'] {
  return reasonCodes.find((known) => known === code) ?? null
}

const ATTRIBUTES = ['email', 'first_name', 'last_name', 'phone_number', 'external_id', 'locale', 'location']

/** A property's name is the merchant's: only that it is one is told. */
function fieldClass(field: string): string {
  const first = field.split('.')[0] ?? ''
  if (first === 'properties') return 'properties'
  return ATTRIBUTES.includes(first) ? first : 'other'
}
