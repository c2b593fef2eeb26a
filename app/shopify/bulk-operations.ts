import { z } from 'zod'
import type { ShopDomain } from '#app/core/ids.ts'
import { type MetafieldKey, STORE_CREDIT } from '#app/core/profile/mapped-values.ts'
import type { AdminAnswer } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'
import { BULK_CANCEL, BULK_NOTHING, BULK_START, BULK_STATUS } from './bulk-operation.graphql.ts'
import { BULK_CONTACTS, BULK_ROLES } from './companies.graphql.ts'
import { BULK_RULE_INPUTS } from './counted-customer.graphql.ts'
import { bulkCustomersQuery } from './customer.graphql.ts'

export type BulkStart =
  | { readonly kind: 'started'; readonly operation: string }
  /** Five operations of this app are already running in the shop. */
  | { readonly kind: 'busy' }
  /** `app`: bulk operations are not enabled for the app, or no more. `query`: this one cannot be run. */
  | { readonly kind: 'refused'; readonly whose: 'app' | 'query'; readonly words: string }

const start = z.object({
  bulkOperationRunQuery: z
    .object({
      bulkOperation: z.object({ id: z.string() }).nullable(),
      userErrors: z.array(z.object({ message: z.string(), code: z.string().nullish() })),
    })
    .nullish(),
})

// Documented as LIMIT_REACHED since 2026-01; one page of Shopify's documentation still names the code of the old limit of one.
const BUSY = ['LIMIT_REACHED', 'OPERATION_IN_PROGRESS']

/** Starts a bulk operation that writes every customer that `search` finds (null: all), with these metafields, into a file. */
export async function startBulkCustomers(
  shop: ShopDomain,
  metafields: readonly MetafieldKey[],
  search: string | null,
): Promise<AdminAnswer<BulkStart>> {
  // Its accounts are a connection, which a bulk operation writes into lines of their own, away from their customer.
  const hasStoreCredit = metafields.some(({ namespace }) => namespace === STORE_CREDIT.namespace)
  if (hasStoreCredit) return { kind: 'answered', data: STORE_CREDIT_MAPPED, pointsAvailable: null, faults: [] }
  return startBulk(shop, bulkCustomersQuery(metafields, search))
}

const STORE_CREDIT_MAPPED: BulkStart = {
  kind: 'refused',
  whose: 'query',
  words: 'Store credit is read with its customer.',
}

/** Starts a bulk operation that writes the fields that rules need of every customer into a file. */
export async function startBulkCount(shop: ShopDomain): Promise<AdminAnswer<BulkStart>> {
  return startBulk(shop, BULK_RULE_INPUTS)
}

/**
 * Starts a bulk operation that writes the contacts of all companies, or their roles, into a file. Only for a shop that sells to companies.
 */
export async function startBulkPlaces(shop: ShopDomain, which: 'contacts' | 'roles'): Promise<AdminAnswer<BulkStart>> {
  return startBulk(shop, which === 'contacts' ? BULK_CONTACTS : BULK_ROLES)
}

/** Starts a bulk operation that matches no customer, so that Shopify counts one and writes no file. */
export async function startBulkOfNothing(shop: ShopDomain): Promise<AdminAnswer<BulkStart>> {
  return startBulk(shop, BULK_NOTHING)
}

async function startBulk(shop: ShopDomain, query: string): Promise<AdminAnswer<BulkStart>> {
  const answer = await askAdmin(shop, BULK_START, { variables: { query }, parse: start.nullish() })
  if (answer.kind !== 'answered') return answer
  const started = answer.data?.bulkOperationRunQuery
  // https://shopify.dev/changelog/partner-apps-must-enable-bulk-operations-before-use
  if (!started && answer.faults.some(({ denied }) => denied)) return { ...answer, data: NOT_ENABLED }
  return started ? { ...answer, data: startOf(started) } : { kind: 'unavailable' }
}

const NOT_ENABLED: BulkStart = {
  kind: 'refused',
  whose: 'app',
  words: 'Bulk operations are not enabled for this app.',
}

function startOf({
  bulkOperation,
  userErrors,
}: NonNullable<z.infer<typeof start>['bulkOperationRunQuery']>): BulkStart {
  if (bulkOperation && userErrors.length === 0) return { kind: 'started', operation: bulkOperation.id }
  if (userErrors.some((error) => BUSY.includes(error.code ?? ''))) return { kind: 'busy' }
  const words = userErrors.map((error) => error.message).join(' ')
  // Documented without its form: the mutation has no code of its own for it.
  return { kind: 'refused', whose: /\bnot enabled\b/i.test(words) ? 'app' : 'query', words }
}

/** Cancels an operation that is no longer needed. One that has ended is not changed. */
export async function cancelBulkOperation(shop: ShopDomain, operation: string): Promise<AdminAnswer<unknown>> {
  return askAdmin(shop, BULK_CANCEL, { variables: { id: operation }, parse: z.unknown() })
}

export type BulkState =
  | { readonly kind: 'running'; readonly rows: number }
  /** `file` is null if the search found no customers. */
  | { readonly kind: 'completed'; readonly file: URL | null; readonly rows: number; readonly bytes: number }
  /** It failed, was cancelled, is unknown, or its file has expired: only a new operation helps. */
  | { readonly kind: 'lost'; readonly words: string }

const status = z.object({
  bulkOperation: z
    .object({
      status: z.enum(['CREATED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELING', 'CANCELED', 'EXPIRED']),
      errorCode: z.string().nullable(),
      rootObjectCount: z.coerce.number(),
      fileSize: z.coerce.number().nullable(),
      url: z.url().nullable(),
    })
    .nullable(),
})

/** Returns the state of a bulk operation. The address of its file is signed, so it is read when needed and never stored. */
export async function findBulkOperation(shop: ShopDomain, operation: string): Promise<AdminAnswer<BulkState>> {
  const parse = status.transform(({ bulkOperation }): BulkState => {
    if (!bulkOperation) return { kind: 'lost', words: 'unknown' }
    const { status, errorCode, rootObjectCount: rows, fileSize, url } = bulkOperation
    const bytes = fileSize ?? 0
    if (status === 'COMPLETED') return { kind: 'completed', file: url === null ? null : new URL(url), rows, bytes }
    if (status === 'CREATED' || status === 'RUNNING') return { kind: 'running', rows }
    return { kind: 'lost', words: [status, errorCode].filter(Boolean).join(' ') }
  })
  return askAdmin(shop, BULK_STATUS, { variables: { id: operation }, parse })
}
