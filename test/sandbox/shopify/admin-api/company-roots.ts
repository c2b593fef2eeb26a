import type { Company, CompanyLocation } from '../customers/company.ts'
import { compareIds, parseGid } from '../global-id.ts'
import { onDay, parseSearch, sameNumber, sameText } from '../search.ts'
import { requireCompanyAccess } from './access.ts'
import type { AdminRequest } from './admin-request.ts'
import { type Page, type PageArguments, pageOf } from './connection.ts'

interface CompanyListArguments extends PageArguments {
  readonly query?: string | null
}

export const companyRoots = {
  companies(args: CompanyListArguments, request: AdminRequest): Page<Company> {
    return pageOf(companiesListed(args, request), args)
  },

  companyLocations(args: CompanyListArguments, request: AdminRequest): Page<CompanyLocation> {
    return pageOf(companyLocationsListed(args, request), args)
  },
}

export function companiesListed({ query }: CompanyListArguments, request: AdminRequest): readonly Company[] {
  requireCompanyAccess(request, 'companies')
  return searched(request.shop.companies.all(), query)
}

export function companyLocationsListed(args: CompanyListArguments, request: AdminRequest): readonly CompanyLocation[] {
  requireCompanyAccess(request, 'companyLocations')
  return searched(request.shop.companies.locations(), args.query)
}

interface Named {
  readonly id: string
  readonly name: string
  readonly externalId: string | null
  readonly updatedAt: string
}

function searched<Row extends Named>(rows: readonly Row[], query: string | null | undefined): readonly Row[] {
  if (!query) return rows
  const search = parseSearch<Named>(query, {
    id: sameNumber((row, value) => compareIds(parseGid(row.id)?.id ?? '', value)),
    name: sameText((row) => [row.name]),
    external_id: sameText((row) => [row.externalId]),
    updated_at: onDay((row) => row.updatedAt),
  })
  return rows.filter(search.matches)
}
