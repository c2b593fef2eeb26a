/**
 * The customers that changed last, with what apps keep on them. Scope: read_customers. Costs 420 points: a connection in a connection is
 * counted for each. Access is read with the definitions, because it would double the cost here.
 */
export const LOYALTY_SAMPLE = `#graphql
  query LoyaltySample {
    customers(first: 10, sortKey: UPDATED_AT, reverse: true) {
      nodes {
        displayName
        defaultEmailAddress { emailAddress }
        tags
        metafields(first: 40) { nodes { namespace key type value updatedAt } }
      }
    }
  }`
