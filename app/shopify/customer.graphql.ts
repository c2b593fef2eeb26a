import { type MetafieldKey, STORE_CREDIT } from '#app/core/profile/mapped-values.ts'

/** A customer has one store credit account for each currency. */
const MOST_ACCOUNTS = 5

/** The fields of a customer that the mapping needs. Change this text together with the parser in parse-customer.ts. */
const FIELDS = `
  id
  updatedAt
  firstName
  lastName
  locale
  state
  tags
  numberOfOrders
  amountSpent { amount currencyCode }
  defaultEmailAddress { emailAddress marketingState }
  defaultPhoneNumber { phoneNumber smsMarketingConsent { state } }
  defaultAddress { address1 address2 city province zip country countryCodeV2 }`

/** Returns the name under which the answer carries the metafield at this place of the query. */
export function metafieldAlias(place: number): string {
  return `m${place}`
}

function fieldsWith(metafields: readonly MetafieldKey[]): string {
  return [FIELDS, ...metafields.map(metafieldField)].join('\n  ')
}

/** A JSON string is read by GraphQL as the same text. Store credit needs the scope read_store_credit_accounts. */
function metafieldField({ namespace, key }: MetafieldKey, place: number): string {
  if (namespace === STORE_CREDIT.namespace)
    return `${metafieldAlias(place)}: storeCreditAccounts(first: ${MOST_ACCOUNTS}) { nodes { balance { amount currencyCode } } }`
  const named = `namespace: ${JSON.stringify(namespace)}, key: ${JSON.stringify(key)}`
  return `${metafieldAlias(place)}: metafield(${named}) { value type }`
}

/** Scope: read_customers. For the cost see read-lane.ts. A deleted customer comes back as null in its place. */
export function customersByIdsQuery(metafields: readonly MetafieldKey[]): string {
  return `#graphql
  query CustomersByIds($ids: [ID!]!) {
    nodes(ids: $ids) { ... on Customer {${fieldsWith(metafields)}
    } }
  }`
}

/** The one customer with an address. Scope: read_customers. */
export function customerByEmailQuery(metafields: readonly MetafieldKey[]): string {
  return `#graphql
  query CustomerByEmail($email: String!) {
    customerByIdentifier(identifier: { emailAddress: $email }) {${fieldsWith(metafields)}
    }
  }`
}

/** Any one customer. Scope: read_customers. */
export function anyCustomerQuery(metafields: readonly MetafieldKey[]): string {
  return `#graphql
  query AnyCustomer {
    customers(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes {${fieldsWith(metafields)}
    } }
  }`
}

/** A page of customers. Scope: read_customers. For the cost of each, see read-lane.ts. */
export function customersPageQuery(metafields: readonly MetafieldKey[]): string {
  return `#graphql
  query CustomersPage($first: Int!, $after: String, $query: String) {
    customers(first: $first, after: $after, query: $query, sortKey: ID) {
      nodes {${fieldsWith(metafields)}
      }
      pageInfo { hasNextPage endCursor }
    }
  }`
}

/** Names and addresses, to be shown to the merchant. Scope: read_customers. */
export const CUSTOMER_NAMES_BY_IDS = `#graphql
  query CustomerNamesByIds($ids: [ID!]!) {
    nodes(ids: $ids) { ... on Customer { id displayName defaultEmailAddress { emailAddress } } }
  }`

/** What a merchant searches for, to be shown. Scope: read_customers. About 4 points a customer. */
export const SEARCH_CUSTOMERS = `#graphql
  query SearchCustomers($query: String!, $first: Int!, $id: ID!, $byNumber: Boolean!) {
    customers(first: $first, query: $query, sortKey: UPDATED_AT, reverse: true) { nodes { ...Found } }
    customer(id: $id) @include(if: $byNumber) { ...Found }
  }
  fragment Found on Customer {
    id displayName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber }
  }`

/** Scope: read_customers. About 1 point. */
export const CUSTOMERS_COUNT = `#graphql
  query CustomersCount($query: String) {
    customersCount(query: $query, limit: null) { count precision }
  }`

/** The text of a bulk operation over customers: one connection, one line of JSON for each customer. */
export function bulkCustomersQuery(metafields: readonly MetafieldKey[], search: string | null): string {
  const narrowed = search === null ? '' : `(query: ${JSON.stringify(search)})`
  return `#graphql
  query { customers${narrowed} { edges { node {${fieldsWith(metafields)}
  } } } }`
}
