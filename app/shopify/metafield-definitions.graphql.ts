/** A page of the metafields defined for the shop's customers. Costs about 300 points. */
export const CUSTOMER_METAFIELD_DEFINITIONS = `#graphql
  query CustomerMetafieldDefinitions($after: String) {
    metafieldDefinitions(ownerType: CUSTOMER, first: 100, after: $after) {
      nodes { namespace key name type { name } access { admin } }
      pageInfo { hasNextPage endCursor }
    }
  }`
