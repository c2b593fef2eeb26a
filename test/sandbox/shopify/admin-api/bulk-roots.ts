import type { BulkOperation } from '../bulk/bulk-operation.ts'
import { planBulkQuery } from '../bulk/bulk-query.ts'
import { onDay, parseSearch, type SearchField, sameText } from '../search.ts'
import { bulkNotEnabled } from './access.ts'
import type { AdminRequest } from './admin-request.ts'
import { comparePlaces, type Page, type PageArguments, pageOf } from './connection.ts'
import { readIdOf } from './global-id-argument.ts'

interface BulkUserError {
  readonly field: readonly string[] | null
  readonly message: string
  readonly code?: 'INVALID' | 'LIMIT_REACHED'
}

interface BulkAnswer {
  readonly bulkOperation: BulkOperation | null
  readonly userErrors: readonly BulkUserError[]
}

export const bulkRoots = {
  bulkOperation({ id }: { id: string }, { shop }: AdminRequest): BulkOperation | null {
    readIdOf('BulkOperation', id)
    return shop.bulk.get(id) ?? null
  },

  bulkOperations(args: BulkListArguments, { shop }: AdminRequest): Page<BulkOperation> {
    const keyOf = keyOfSort[args.sortKey ?? 'CREATED_AT']
    const search = args.query ? parseSearch(args.query, searchFields) : null
    const rows = shop.bulk
      .all()
      .filter((operation) => search?.matches(operation) ?? true)
      .sort((one, other) => comparePlaces({ key: keyOf(one), id: one.id }, { key: keyOf(other), id: other.id }))
    return pageOf(rows, args, { keyOf })
  },

  bulkOperationRunQuery(args: { query: string; groupObjects: boolean }, request: AdminRequest): BulkAnswer {
    const refusal = request.bulkRefused()
    if (refusal === 'errors') throw bulkNotEnabled()
    if (refusal) return refused({ field: null, message: 'Bulk queries are not enabled for this app.', code: 'INVALID' })
    const plan = planBulkQuery(args.query, args.groupObjects, request)
    if (plan.kind === 'refused') return refused({ field: ['query'], message: plan.reason, code: 'INVALID' })
    const { bulk } = request.shop
    const operation = plan.kind === 'denied' ? bulk.startDenied(args.query) : bulk.start(args.query, plan.rows)
    if (operation) {
      request.bulkStarted()
      return { bulkOperation: operation, userErrors: [] }
    }
    const message = 'The maximum number of bulk operations is running for this app and shop.'
    return refused({ field: null, message, code: 'LIMIT_REACHED' })
  },

  bulkOperationCancel({ id }: { id: string }, { shop }: AdminRequest): BulkAnswer {
    readIdOf('BulkOperation', id)
    const operation = shop.bulk.get(id)
    if (!operation) return refused({ field: ['id'], message: 'Bulk operation does not exist' })
    if (shop.bulk.cancel(operation)) return { bulkOperation: operation, userErrors: [] }
    const message = `A bulk operation cannot be canceled when it is ${operation.status.toLowerCase()}`
    return { bulkOperation: operation, userErrors: [{ field: null, message }] }
  },
}

interface BulkListArguments extends PageArguments {
  readonly query?: string | null
  readonly sortKey?: keyof typeof keyOfSort | null
}

const keyOfSort = {
  CREATED_AT: (operation: BulkOperation) => operation.createdAt,
  COMPLETED_AT: (operation: BulkOperation) => operation.completedAt ?? '',
}

const searchFields: Readonly<Record<string, SearchField<BulkOperation>>> = {
  status: sameText((operation) => [operation.status]),
  operation_type: sameText((operation) => [operation.type]),
  created_at: onDay((operation) => operation.createdAt),
}

function refused(error: BulkUserError): BulkAnswer {
  return { bulkOperation: null, userErrors: [error] }
}
