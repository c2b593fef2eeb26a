// Scope: read_customers, and a shop that sells to companies: any other is refused these, so they are never sent there.

/** A page of the shop's companies. About 250 points. */
export const COMPANIES = `#graphql
  query Companies($after: String) {
    companies(first: 250, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } }
  }`

/** What the contacts of the first companies may be. About 840 points at most. */
export const COMPANY_ROLES = `#graphql
  query CompanyRoles {
    companies(first: 40) { nodes { contactRoles(first: 20) { nodes { name } } } }
  }`

/** The places of customers in companies. What it costs is told by read-lane.ts; one that is gone comes back as null in its place. */
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

/** More roles of one contact, who has one at each of many locations. About 200 points. */
export const CONTACT_ROLES = `#graphql
  query ContactRoles($contact: ID!, $after: String) {
    node(id: $contact) {
      ... on CompanyContact {
        roleAssignments(first: 100, after: $after) { nodes { role { name } } pageInfo { hasNextPage endCursor } }
      }
    }
  }`

/** The text of a bulk operation: every contact of every company, with a role or without. */
export const BULK_CONTACTS = `#graphql
  query { companies { edges { node { id contacts { edges { node { id customer { id } company { id } } } } } } } }`

/** The text of a bulk operation: every role of every contact, at whichever location. */
export const BULK_ROLES = `#graphql
  query { companyLocations { edges { node { id roleAssignments { edges { node {
    id
    role { name }
    companyContact { id customer { id } company { id } }
  } } } } } } }`
