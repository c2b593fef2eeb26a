import type { Customer } from '../customers/customer.ts'
import { customerSearch } from '../customers/customer-search.ts'
import { requireCustomerAccess } from './access.ts'
import type { AdminRequest } from './admin-request.ts'
import { comparePlaces, type Page, type PageArguments, pageOf } from './connection.ts'
import { readIdOf } from './global-id-argument.ts'

export interface CustomerListArguments extends PageArguments {
  readonly query?: string | null
  readonly sortKey?: keyof typeof keyOfSort | null
}

const keyOfSort = {
  ID: () => '',
  CREATED_AT: (customer: Customer) => customer.createdAt,
  UPDATED_AT: (customer: Customer) => customer.updatedAt,
  NAME: (customer: Customer) => customer.displayName.toLowerCase(),
}

export const customerRoots = {
  customer({ id }: { id: string }, request: AdminRequest): Customer | null {
    requireCustomerAccess(request, 'customer')
    return request.readCustomer(readIdOf('Customer', id))
  },

  customers(args: CustomerListArguments, request: AdminRequest): Page<Customer> {
    return pageOf(customersListed(args, request), args, { keyOf: keyOfSort[args.sortKey ?? 'ID'] })
  },

  customersCount({ query, limit }: { query?: string | null; limit?: number | null }, request: AdminRequest) {
    requireCustomerAccess(request, 'customersCount')
    const count = query ? customersListed({ query }, request).length : request.shop.customers.count
    if (limit === null || limit === undefined || count <= limit) return { count, precision: 'EXACT' }
    return { count: limit, precision: 'AT_LEAST' }
  },

  customerByIdentifier({ identifier }: { identifier: CustomerIdentifier }, request: AdminRequest): Customer | null {
    requireCustomerAccess(request, 'customerByIdentifier')
    if (identifier.id) return request.readCustomer(readIdOf('Customer', identifier.id))
    const email = identifier.emailAddress?.toLowerCase()
    for (const customer of request.shop.customers.all()) {
      if (email && customer.defaultEmailAddress?.emailAddress.toLowerCase() === email) return customer
      if (identifier.phoneNumber && customer.defaultPhoneNumber?.phoneNumber === identifier.phoneNumber) return customer
    }
    return null
  },
}

interface CustomerIdentifier {
  readonly id?: string
  readonly emailAddress?: string
  readonly phoneNumber?: string
}

/** The whole list that `customers` pages through; a bulk operation takes it as it is. */
export function customersListed(args: CustomerListArguments, request: AdminRequest): readonly Customer[] {
  requireCustomerAccess(request, 'customers')
  const rows = sorted(request.shop.customers.ascending(), args.sortKey ?? 'ID')
  const search = customerSearch(args.query)
  if (!search) return rows
  noteUnknownFields(request, args.query ?? '', search.unknownFields)
  return rows.filter(search.matches)
}

// Paging through a sort order would sort the shop again for each page. An order belongs to the list it was made
// from, which a change to any customer replaces.
const orders = new WeakMap<readonly Customer[], Map<string, readonly Customer[]>>()

function sorted(ascending: readonly Customer[], sortKey: keyof typeof keyOfSort): readonly Customer[] {
  if (sortKey === 'ID') return ascending
  const known = orders.get(ascending) ?? new Map<string, readonly Customer[]>()
  orders.set(ascending, known)
  const keyOf = keyOfSort[sortKey]
  const rows =
    known.get(sortKey) ??
    ascending.toSorted((one, other) =>
      comparePlaces({ key: keyOf(one), id: one.id }, { key: keyOf(other), id: other.id }),
    )
  known.set(sortKey, rows)
  return rows
}

function noteUnknownFields(request: AdminRequest, query: string, fields: readonly string[]): void {
  if (fields.length === 0) return
  const message = 'Invalid search field for this query.'
  const warnings = fields.map((field) => ({ field, message, code: 'invalid_field' }))
  request.searchWarnings.push({ path: ['customers'], query, warnings })
}
