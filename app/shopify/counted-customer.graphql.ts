/** The fields that rules need, of all customers. Change this text together with the parser in parse-counted.ts. Scope: read_customers. */
export const BULK_RULE_INPUTS = `#graphql
  query { customers { edges { node {
    id
    state
    tags
    defaultEmailAddress { emailAddress marketingState }
    defaultAddress { countryCodeV2 }
  } } } }`
