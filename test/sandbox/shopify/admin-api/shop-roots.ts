import type { Customer } from '../customers/customer.ts'
import { gidOf } from '../global-id.ts'
import type { MetafieldDefinition } from '../shop/metafield-definition.ts'
import type { Segment } from '../shop/segment-book.ts'
import { requireCustomerAccess } from './access.ts'
import type { AdminRequest } from './admin-request.ts'
import { comparePlaces, type Page, type PageArguments, pageOf } from './connection.ts'
import { requireArraySize } from './global-id-argument.ts'

// Segment members come in pages of up to a thousand (reference, section 3.3).
const LARGEST_MEMBER_PAGE = 1000

export const shopRoots = {
  shop(_: unknown, { shop }: AdminRequest) {
    const { facts } = shop
    return {
      ...facts,
      id: gidOf('Shop', facts.id),
      myshopifyDomain: facts.domain,
      primaryDomain: { host: facts.domain },
      ianaTimezone: facts.timeZone,
      currencyCode: facts.currency,
      features: { storefront: true },
    }
  },

  currentAppInstallation(_: unknown, { shop, apiKey, scopes }: AdminRequest) {
    return {
      id: gidOf('AppInstallation', shop.facts.id),
      launchUrl: `https://${shop.domain}/admin/apps/lockstep`,
      accessScopes: scopes.map((handle) => ({ handle })),
      app: { apiKey, handle: 'lockstep', title: 'Lockstep' },
    }
  },

  metafieldDefinitions(args: DefinitionArguments, { shop }: AdminRequest): Page<MetafieldDefinition> {
    const rows = shop.metafieldDefinitions.filter(
      ({ ownerType, namespace, key }) =>
        ownerType === args.ownerType && (args.namespace ?? namespace) === namespace && (args.key ?? key) === key,
    )
    return pageOf(rows, args)
  },

  segments({ sortKey, ...args }: SegmentArguments, request: AdminRequest): Page<Segment> {
    requireCustomerAccess(request, 'segments')
    const keyOf = keyOfSort[sortKey ?? 'CREATION_DATE']
    const rows = request.shop.segments
      .all()
      .toSorted((one, other) => comparePlaces({ key: keyOf(one), id: one.id }, { key: keyOf(other), id: other.id }))
    return pageOf(rows, args, { keyOf })
  },

  customerSegmentMembers(args: PageArguments & { segmentId?: string | null }, request: AdminRequest): Page<Customer> {
    requireCustomerAccess(request, 'customerSegmentMembers')
    const memberIds = request.shop.segments.get(args.segmentId ?? '')?.memberIds ?? []
    const members = memberIds.flatMap((id) => request.shop.customers.get(id) ?? [])
    return pageOf(members, args, { largest: LARGEST_MEMBER_PAGE })
  },

  customerSegmentMembership(args: { customerId: string; segmentIds: readonly string[] }, request: AdminRequest) {
    requireCustomerAccess(request, 'customerSegmentMembership')
    requireArraySize(args.segmentIds, ['customerSegmentMembership', 'segmentIds'])
    const memberships = args.segmentIds.map((segmentId) => {
      const memberIds = request.shop.segments.get(segmentId)?.memberIds ?? []
      return { segmentId, isMember: memberIds.some((id) => gidOf('Customer', id) === args.customerId) }
    })
    return { memberships }
  },
}

interface DefinitionArguments extends PageArguments {
  readonly ownerType: string
  readonly namespace?: string | null
  readonly key?: string | null
}

interface SegmentArguments extends PageArguments {
  readonly sortKey?: keyof typeof keyOfSort | null
}

const keyOfSort = {
  ID: () => '',
  CREATION_DATE: (segment: Segment) => segment.creationDate,
  LAST_EDIT_DATE: (segment: Segment) => segment.lastEditDate,
}
