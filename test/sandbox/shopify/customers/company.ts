import type { Money } from './customer-values.ts'

/** A business that buys, with the people who order for it. Global ids throughout. */
export interface Company {
  readonly id: string
  readonly name: string
  readonly externalId: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly customerSince: string
  readonly totalSpent: Money
}

export interface CompanyLocation {
  readonly id: string
  readonly name: string
  readonly externalId: string | null
  readonly updatedAt: string
  readonly company: Company
}

/** One customer's place in one company. */
export interface CompanyContact {
  readonly id: string
  readonly title: string | null
  readonly isMainContact: boolean
  readonly updatedAt: string
  readonly customerId: string
  readonly company: Company
}

/** Each company has roles of its own. */
export interface CompanyContactRole {
  readonly id: string
  readonly name: string
}

export interface CompanyRoleAssignment {
  readonly id: string
  readonly role: CompanyContactRole
  readonly companyLocation: CompanyLocation
  readonly companyContact: CompanyContact
}
