/** Ids and times of customers, those that changed last first. Scope: read_customers. Costs a point a customer. */
export const CHANGED_CUSTOMERS = `#graphql
  query ChangedCustomers($first: Int!, $after: String, $query: String!) {
    customers(first: $first, after: $after, query: $query, sortKey: UPDATED_AT, reverse: true) {
      nodes { id updatedAt }
      pageInfo { hasNextPage endCursor }
    }
  }`
