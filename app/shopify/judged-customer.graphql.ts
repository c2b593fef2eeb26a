/** What rules ask of a customer, of all of them. The parser in parse-judged.ts and this text change together. Scope: read_customers. */
export const BULK_JUDGED = `#graphql
  query { customers { edges { node {
    id
    state
    tags
    defaultEmailAddress { emailAddress marketingState }
    defaultAddress { countryCodeV2 }
  } } } }`
