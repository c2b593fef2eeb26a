import { GraphQLError } from 'graphql'
import type { Customer } from '../customers/customer.ts'
import { compareIds, gidOf } from '../global-id.ts'
import type { MetafieldDefinition } from '../shop/metafield-definition.ts'
import type { Segment } from '../shop/segment-book.ts'
import { requireCustomerAccess } from './access.ts'
import type { AdminRequest } from './admin-request.ts'
import { comparePlaces, type Page, type PageArguments, pageOf } from './connection.ts'
import { readIdOf, requireArraySize } from './global-id-argument.ts'

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
      entitlements: { b2b: { enabled: facts.b2b } },
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
    return pageOf(
      rows.toSorted((one, other) => compareIds(one.id, other.id)),
      args,
    )
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
    const { memberIds } = segmentOf(request, args.segmentId ?? '')
    const members = memberIds.flatMap((id) => request.shop.customers.get(id) ?? [])
    return pageOf(members, args, { largest: LARGEST_MEMBER_PAGE })
  },

  customerSegmentMembership(args: { customerId: string; segmentIds: readonly string[] }, request: AdminRequest) {
    requireCustomerAccess(request, 'customerSegmentMembership')
    requireArraySize(args.segmentIds, ['customerSegmentMembership', 'segmentIds'])
    const customerId = readIdOf('Customer', args.customerId)
    requireShown(request, args.customerId)
    const memberships = args.segmentIds.map((segmentId) => {
      const { memberIds } = segmentOf(request, segmentId)
      return { segmentId, isMember: memberIds.includes(customerId) }
    })
    return { memberships }
  },
}

/** The words and the code are those of `segment(id:)`. */
function segmentOf({ shop: { segments } }: AdminRequest, id: string): Pick<Segment, 'memberIds'> {
  requireShown({ shop: { segments } }, id)
  const found = segments.get(id)
  if (found) return found
  if (segments.goneAnswer === 'nobody') return { memberIds: [] }
  throw new GraphQLError('Segment does not exist', { extensions: { code: 'NOT_FOUND' } })
}

function requireShown({ shop }: { shop: Pick<AdminRequest['shop'], 'segments'> }, id: string): void {
  if (!shop.segments.failing.has(id)) return
  throw new GraphQLError('Internal error. Looks like something went wrong on our end.', {
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  })
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
