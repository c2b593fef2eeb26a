/** Costs 10 points. At most five run at a time in a shop (userError LIMIT_REACHED). */
export const BULK_START = `#graphql
  mutation BulkStart($query: String!) {
    bulkOperationRunQuery(query: $query, groupObjects: false) {
      bulkOperation { id status }
      userErrors { field message code }
    }
  }`

/** Costs 10 points. */
export const BULK_CANCEL = `#graphql
  mutation BulkCancel($id: ID!) {
    bulkOperationCancel(id: $id) { bulkOperation { id status } userErrors { field message } }
  }`

/** About 1 point. */
export const BULK_STATUS = `#graphql
  query BulkStatus($id: ID!) {
    bulkOperation(id: $id) { id status errorCode objectCount rootObjectCount fileSize url partialDataUrl }
  }`

/** Customers' numbers are far above 1. */
export const BULK_NOTHING = `#graphql
  query BulkNothing {
    customers(query: "id:1") { edges { node { id } } }
  }`
