/** The fields of a customer that the mapping needs. The parser in parse-customer.ts and this text change together. */
export const CUSTOMER_FIELDS = `
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
  defaultAddress { address1 address2 city province zip country countryCodeV2 }
  loyaltyPoints: metafield(namespace: "loyalty", key: "points") { value type }
  loyaltyTier: metafield(namespace: "loyalty", key: "tier") { value type }`

/** Scope: read_customers. Costs some 8 points a customer; one that is gone comes back as null in its place. */
export const CUSTOMERS_BY_IDS = `#graphql
  query CustomersByIds($ids: [ID!]!) {
    nodes(ids: $ids) { ... on Customer {${CUSTOMER_FIELDS}
    } }
  }`

/** Names and addresses for the merchant's eyes. Scope: read_customers. */
export const CUSTOMER_NAMES_BY_IDS = `#graphql
  query CustomerNamesByIds($ids: [ID!]!) {
    nodes(ids: $ids) { ... on Customer { id displayName defaultEmailAddress { emailAddress } } }
  }`

/** Scope: read_customers. About 1 point. */
export const CUSTOMERS_COUNT = `#graphql
  query CustomersCount($query: String) {
    customersCount(query: $query, limit: null) { count precision }
  }`

/** The text of a bulk operation over customers: one connection, one line of JSON a customer. */
export function bulkCustomersQuery(search: string | null): string {
  const narrowed = search === null ? '' : `(query: ${JSON.stringify(search)})`
  return `#graphql
  query { customers${narrowed} { edges { node {${CUSTOMER_FIELDS}
  } } } }`
}
