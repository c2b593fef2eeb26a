import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { buildSchema, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql'
import type { Company, CompanyContact, CompanyLocation } from '../customers/company.ts'
import type { Customer } from '../customers/customer.ts'
import type { Metafield } from '../customers/customer-values.ts'
import { gidOf, parseGid } from '../global-id.ts'
import type { MetafieldDefinition } from '../shop/metafield-definition.ts'
import { requireCompanyAccess, requireSoundField, requireStoreCreditAccess } from './access.ts'
import type { AdminRequest } from './admin-request.ts'
import { type PageArguments, pageOf } from './connection.ts'
import { type MetafieldListArguments, metafieldOf, metafieldsOf, type ShownMetafield } from './customer-metafields.ts'

/** What Lockstep uses of the Admin API. Fields without a line below are read as plain properties. */
export const adminSchema: GraphQLSchema = buildSchema(
  readFileSync(new URL('../admin.graphql', import.meta.url), 'utf8'),
)

type Resolver<Source, Args = unknown> = (source: Source, args: Args, request: AdminRequest) => unknown

function resolve<Source, Args = unknown>(typeName: string, fieldName: string, resolver: Resolver<Source, Args>): void {
  const type = adminSchema.getType(typeName)
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined
  if (!field) throw new Error(`admin.graphql has no ${typeName}.${fieldName}`)
  const answer = resolver as Resolver<unknown, unknown>
  field.resolve = (source, args, request) => {
    requireSoundField(request as AdminRequest, typeName, fieldName)
    return answer(source, args, request as AdminRequest)
  }
}

resolve<Customer>('Customer', 'id', ({ id }) => gidOf('Customer', id))
resolve<Customer>('Customer', 'legacyResourceId', ({ id }) => id)
resolve<Customer>('Customer', 'companyContactProfiles', (customer, _, request) => {
  requireCompanyAccess(request, 'companyContactProfiles')
  return customer.companyContactProfiles
})
resolve<Customer, { namespace?: string; key: string }>(
  'Customer',
  'metafield',
  (customer, { namespace, key }, request) => {
    return metafieldOf(customer, namespace ? `${namespace}.${key}` : key, request)
  },
)
resolve<Customer, MetafieldListArguments>('Customer', 'metafields', metafieldsOf)
resolve<Customer, PageArguments>('Customer', 'storeCreditAccounts', ({ storeCreditAccounts }, args, request) => {
  requireStoreCreditAccess(request, 'storeCreditAccounts')
  return pageOf(storeCreditAccounts, args)
})

resolve<Customer>('CustomerSegmentMember', 'id', ({ id }) => gidOf('CustomerSegmentMember', id))

resolve<Metafield>('Metafield', 'jsonValue', ({ type, value }) => {
  return /^(number_integer|boolean|json|list\.|money|rating|dimension|volume|weight)/.test(type)
    ? JSON.parse(value)
    : value
})
resolve<Metafield>('Metafield', 'compareDigest', ({ value }) => createHash('sha256').update(value).digest('hex'))
resolve<ShownMetafield>('Metafield', 'definition', ({ namespace, key }, _, { shop }) => {
  const isOf = (one: MetafieldDefinition) => one.namespace === namespace && one.key === key
  return shop.metafieldDefinitions.find((one) => one.ownerType === 'CUSTOMER' && isOf(one)) ?? null
})
resolve<MetafieldDefinition>('MetafieldDefinition', 'metafieldsCount', ({ namespace, key }, _, { shop }) => {
  let count = 0
  for (const customer of shop.customers.all()) if (customer.metafields[`${namespace}.${key}`]) count++
  return count
})

resolve<Company>('Company', 'contactsCount', (company, _, { shop }) => {
  return { count: shop.companies.contactsOf(company).length, precision: 'EXACT' }
})
resolve<Company, PageArguments>('Company', 'contacts', (company, args, { shop }) => {
  return pageOf(shop.companies.contactsOf(company), args)
})
resolve<Company, PageArguments>('Company', 'contactRoles', (company, args, { shop }) => {
  return pageOf(shop.companies.rolesIn(company), args)
})
resolve<CompanyContact>('CompanyContact', 'customer', ({ customerId }, _, request) => request.readCustomer(customerId))
resolve<CompanyContact, PageArguments>('CompanyContact', 'roleAssignments', (contact, args, { shop }) => {
  return pageOf(shop.companies.rolesOf(contact), args)
})
resolve<CompanyLocation, PageArguments>('CompanyLocation', 'roleAssignments', (location, args, { shop }) => {
  return pageOf(shop.companies.rolesAt(location), args)
})

const node = adminSchema.getType('Node')
if (!isInterfaceType(node)) throw new Error('admin.graphql has no interface Node')
// A customer record's id is the bare number; every other record carries its global id.
node.resolveType = (value: { id: string }) => parseGid(value.id)?.type ?? 'Customer'
