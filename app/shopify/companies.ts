import { z } from 'zod'
import { type CustomerId, customerGid, gidOf, type ShopDomain } from '#app/core/ids.ts'
import type { CompanyPlace } from '#app/core/profile/memberships.ts'
import type { AdminAnswer } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'
import { readJson } from './bulk-file.ts'
import { COMPANIES, COMPANY_PLACES, COMPANY_ROLES, CONTACT_ROLES } from './companies.graphql.ts'
import type { NamedPage } from './segments.ts'

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })

const companyPage = z.object({
  companies: z.object({ nodes: z.array(z.object({ id: z.string(), name: z.string() })), pageInfo }),
})

/** Returns a page of the shop's companies. */
export async function readCompanies(shop: ShopDomain, after: string | null): Promise<AdminAnswer<NamedPage>> {
  const parse = companyPage.transform(({ companies: { nodes, pageInfo } }) => ({
    named: nodes,
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  }))
  return askAdmin(shop, COMPANIES, { variables: { after }, parse })
}

const companyRoles = z.object({
  companies: z.object({
    nodes: z.array(z.object({ contactRoles: z.object({ nodes: z.array(z.object({ name: z.string() })) }) })),
  }),
})

/** Returns the names of contacts' roles in the first companies, each once. By default every company has the same roles. */
export async function readRoleNames(shop: ShopDomain): Promise<AdminAnswer<readonly string[]>> {
  const parse = companyRoles.transform(({ companies }) => {
    const names = companies.nodes.flatMap(({ contactRoles }) => contactRoles.nodes.map(({ name }) => name))
    return [...new Set(names)].sort()
  })
  return askAdmin(shop, COMPANY_ROLES, { parse })
}

const roles = z.object({ nodes: z.array(z.object({ role: z.object({ name: z.string() }) })), pageInfo })
const contact = z.object({ id: z.string(), company: z.object({ id: z.string() }), roleAssignments: roles })
const customerPlaces = z.object({
  nodes: z.array(
    z
      .object({ companyContactProfiles: z.array(contact).optional() })
      .nullable()
      .catch(null),
  ),
})

type Contact = z.infer<typeof contact>
type Places = readonly CompanyPlace[] | 'unreadable'

/**
 * Returns the companies and roles of customers, in the order asked for; `unreadable` for one that Shopify failed to show, or no longer has.
 * At most as many as read-lane.ts allows.
 */
export async function readCompanyPlaces(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
): Promise<AdminAnswer<readonly Places[]>> {
  const answer = await askAdmin(shop, COMPANY_PLACES, {
    variables: { ids: customerIds.map(gidOf) },
    parse: customerPlaces,
  })
  if (answer.kind !== 'answered') return answer
  if (answer.faults.some(({ denied }) => denied)) return { kind: 'access_denied' }
  let { pointsAvailable } = answer
  const data: Places[] = []
  for (const [place, node] of answer.data.nodes.entries()) {
    const contacts = answer.faults.some(({ path }) => path[1] === place) ? undefined : node?.companyContactProfiles
    if (!contacts) {
      data.push('unreadable')
      continue
    }
    const places: CompanyPlace[] = []
    for (const found of contacts) {
      const more = await readAllRoles(shop, found)
      if (more.kind !== 'answered') return more
      pointsAvailable = more.pointsAvailable ?? pointsAvailable
      places.push({ company: found.company.id, roles: more.data })
    }
    data.push(places)
  }
  return { ...answer, data, pointsAvailable }
}

/** Returns a contact's roles, including those after the first page. */
async function readAllRoles(shop: ShopDomain, { id, roleAssignments }: Contact): Promise<AdminAnswer<string[]>> {
  const names = roleAssignments.nodes.map(({ role }) => role.name)
  let pointsAvailable: number | null = null
  for (let page = roleAssignments.pageInfo; page.hasNextPage; ) {
    const answer = await askAdmin(shop, CONTACT_ROLES, {
      variables: { contact: id, after: page.endCursor },
      parse: z.object({ node: z.object({ roleAssignments: roles }).nullable() }),
    })
    if (answer.kind !== 'answered') return answer
    if (!answer.data.node) return { kind: 'unavailable' } // the contact was deleted meanwhile, so what was read of the customer is outdated
    names.push(...answer.data.node.roleAssignments.nodes.map(({ role }) => role.name))
    page = answer.data.node.roleAssignments.pageInfo
    pointsAvailable = answer.pointsAvailable
  }
  return { kind: 'answered', data: [...new Set(names)], pointsAvailable, faults: [] }
}

/** One company and role of a customer, as on a line of a bulk operation's file. */
export interface CompanyPlaceLine {
  readonly customerId: CustomerId
  readonly company: string
  /** Null on a line without a role. */
  readonly role: string | null
}

const gid = z.object({ id: z.string() })
const contactLine = z.object({ customer: z.object({ id: customerGid }), company: gid })
const roleLine = z.object({ role: z.object({ name: z.string() }), companyContact: contactLine })
const otherLine = z.object({ id: z.string() }).strict()

/** Parses a line of either operation's file. Returns null for a line about a company, or one of its locations, and `odd` for any other. */
export function parsePlaceLine(line: string): CompanyPlaceLine | null | 'odd' {
  const raw = readJson(line)
  const read = roleLine.safeParse(raw)
  if (read.success) return toPlace(read.data.companyContact, read.data.role.name)
  const contact = contactLine.safeParse(raw)
  if (contact.success) return toPlace(contact.data, null)
  return otherLine.safeParse(raw).success ? null : 'odd'
}

function toPlace({ customer, company }: z.infer<typeof contactLine>, role: string | null): CompanyPlaceLine {
  return { customerId: customer.id, company: company.id, role }
}
