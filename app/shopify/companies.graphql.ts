// Scope: read_customers, in a shop that sells to companies. Shopify refuses these queries to any other shop, so they are never sent there.

/** A page of the shop's companies. About 250 points. */
export const COMPANIES = `#graphql
  query Companies($after: String) {
    companies(first: 250, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } }
  }`

/** The roles that contacts may have in the first companies. At most about 840 points. */
export const COMPANY_ROLES = `#graphql
  query CompanyRoles {
    companies(first: 40) { nodes { contactRoles(first: 20) { nodes { name } } } }
  }`

/** The companies and roles of customers. For the cost see read-lane.ts. A deleted customer comes back as null in its place. */
export const COMPANY_PLACES = `#graphql
  query CompanyPlaces($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Customer {
        companyContactProfiles {
          id
          company { id }
          roleAssignments(first: 10) { nodes { role { name } } pageInfo { hasNextPage endCursor } }
        }
      }
    }
  }`

/** More roles of a contact that has one at each of many locations. About 200 points. */
export const CONTACT_ROLES = `#graphql
  query ContactRoles($contact: ID!, $after: String) {
    node(id: $contact) {
      ... on CompanyContact {
        roleAssignments(first: 100, after: $after) { nodes { role { name } } pageInfo { hasNextPage endCursor } }
      }
    }
  }`

/** The text of a bulk operation: every contact of every company. */
export const BULK_CONTACTS = `#graphql
  query { companies { edges { node { id contacts { edges { node { id customer { id } company { id } } } } } } } }`

/** The text of a bulk operation: every role of every contact, at any location. */
export const BULK_ROLES = `#graphql
  query { companyLocations { edges { node { id roleAssignments { edges { node {
    id
    role { name }
    companyContact { id customer { id } company { id } }
  } } } } } } }`
