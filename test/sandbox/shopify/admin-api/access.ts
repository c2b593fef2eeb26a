import { defaultFieldResolver, GraphQLError, type GraphQLFieldResolver } from 'graphql'
import type { AdminRequest } from './admin-request.ts'

const ACCESS_SCOPES_PAGE = 'https://shopify.dev/api/usage/access-scopes'
const PROTECTED_DATA_PAGE = 'https://shopify.dev/docs/apps/launch/protected-customer-data'

export function requireCustomerAccess(request: AdminRequest, field: string): void {
  if (!request.scopes.includes('read_customers')) throw denied(field, '`read_customers` access scope.')
}

export function requireStoreCreditAccess(request: AdminRequest, field: string): void {
  if (request.scopes.includes('read_store_credit_accounts')) return
  throw denied(field, '`read_store_credit_accounts` access scope.')
}

/** Company fields also want a shop that sells to companies (reference, section 3.4). */
export function requireCompanyAccess(request: AdminRequest, field: string): void {
  const scoped = request.scopes.includes('read_customers') || request.scopes.includes('read_companies')
  if (scoped && request.shop.facts.b2b) return
  throw denied(field, '`read_customers` or `read_companies` access scope. Also: The shop must have access to B2B.')
}

/** Used while some fields are denied; otherwise graphql-js reads properties itself, which is quicker. */
export const denyingResolver: GraphQLFieldResolver<unknown, AdminRequest> = (source, args, request, info) => {
  requireSoundField(request, info.parentType.name, info.fieldName)
  return defaultFieldResolver(source, args, request, info)
}

/** Throws what Shopify says of a field that it does not show. */
export function requireSoundField({ faultyFields }: AdminRequest, type: string, field: string): void {
  const fault = faultyFields.get(`${type}.${field}`)
  if (fault === 'denied') throw notApproved(field)
  if (fault) throw new GraphQLError('Internal error', { extensions: { code: 'INTERNAL_SERVER_ERROR' } })
}

export function notApproved(fieldName: string): GraphQLError {
  const message = `This app is not approved to use the ${fieldName} field. See ${PROTECTED_DATA_PAGE} for more details.`
  return new GraphQLError(message, { extensions: { code: 'ACCESS_DENIED', documentation: PROTECTED_DATA_PAGE } })
}

/** Since November 2026 bulk operations are enabled for an app by its maker. https://shopify.dev/changelog/partner-apps-must-enable-bulk-operations-before-use */
export function bulkNotEnabled(): GraphQLError {
  const message = 'Access denied for bulkOperationRunQuery field. Bulk queries are not enabled for this app.'
  return new GraphQLError(message, { extensions: { code: 'ACCESS_DENIED' } })
}

function denied(field: string, requiredAccess: string): GraphQLError {
  return new GraphQLError(`Access denied for ${field} field. Required access: ${requiredAccess}`, {
    extensions: { code: 'ACCESS_DENIED', documentation: ACCESS_SCOPES_PAGE, requiredAccess },
  })
}
