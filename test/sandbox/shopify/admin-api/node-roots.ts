import type { GlobalId } from '../global-id.ts'
import { requireCompanyAccess, requireCustomerAccess } from './access.ts'
import type { AdminRequest } from './admin-request.ts'
import { readGid, requireArraySize } from './global-id-argument.ts'

export const nodeRoots = {
  node({ id }: { id: string }, request: AdminRequest): unknown {
    return found(readGid(id), id, request)
  },

  /** What is not there is null in its place. */
  nodes({ ids }: { ids: readonly string[] }, request: AdminRequest): readonly unknown[] {
    requireArraySize(ids, ['nodes', 'ids'])
    return ids.map((gid) => found(readGid(gid), gid, request))
  },
}

function found({ type, id }: GlobalId, gid: string, request: AdminRequest): unknown {
  const { shop } = request
  switch (type) {
    case 'Customer':
      requireCustomerAccess(request, 'node')
      return request.readCustomer(id)
    case 'BulkOperation':
      return shop.bulk.get(gid) ?? null
    case 'Segment':
      return shop.segments.get(gid) ?? null
    case 'MetafieldDefinition':
      return shop.metafieldDefinitions.find((definition) => definition.id === gid) ?? null
    case 'Company':
      requireCompanyAccess(request, 'node')
      return shop.companies.all().find((company) => company.id === gid) ?? null
    case 'CompanyContact':
      requireCompanyAccess(request, 'node')
      return shop.companies.contacts().find((contact) => contact.id === gid) ?? null
    default:
      return null
  }
}
