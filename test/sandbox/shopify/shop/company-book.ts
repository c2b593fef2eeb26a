import type {
  Company,
  CompanyContact,
  CompanyContactRole,
  CompanyLocation,
  CompanyRoleAssignment,
} from '../customers/company.ts'
import type { CustomerBook } from '../customers/customer-book.ts'
import { gidOf } from '../global-id.ts'
import { isoSecond } from '../instants.ts'

export interface CompanyBookOptions {
  readonly customers: CustomerBook
  readonly now: () => number
  readonly currency: string
}

/** What every company begins with. */
const USUAL_ROLES = ['Location admin', 'Ordering only']

/** The companies of a shop that has B2B. */
export class CompanyBook {
  readonly #options: CompanyBookOptions
  #companies: Company[] = []
  #locations: CompanyLocation[] = []
  readonly #contacts = new Map<string, CompanyContact[]>()
  readonly #roles = new Map<string, CompanyContactRole[]>()
  #assignments: CompanyRoleAssignment[] = []
  #nextId = 5_001

  constructor(options: CompanyBookOptions) {
    this.#options = options
  }

  /** A company comes with one location of the same name, as in the admin. */
  add(company: { name: string; externalId?: string | null }): Company {
    const at = isoSecond(this.#options.now())
    const added: Company = {
      id: this.#newId('Company'),
      name: company.name,
      externalId: company.externalId ?? null,
      createdAt: at,
      updatedAt: at,
      customerSince: at,
      totalSpent: { amount: '0.0', currencyCode: this.#options.currency },
    }
    this.#companies.push(added)
    const roles = USUAL_ROLES.map((name) => ({ id: this.#newId('CompanyContactRole'), name }))
    this.#roles.set(added.id, roles)
    const id = this.#newId('CompanyLocation')
    this.#locations.push({ id, name: company.name, externalId: null, updatedAt: at, company: added })
    return added
  }

  addContact(
    companyId: string,
    contact: { customerId: string; title?: string | null; role?: string | null; isMainContact?: boolean },
  ): CompanyContact {
    const company = this.#companies.find(({ id }) => id === companyId)
    const companyLocation = this.#locations.find((location) => location.company === company)
    if (!company || !companyLocation) throw new Error(`no company ${companyId}`)
    const added: CompanyContact = {
      id: this.#newId('CompanyContact'),
      title: contact.title ?? null,
      isMainContact: contact.isMainContact ?? false,
      updatedAt: isoSecond(this.#options.now()),
      customerId: contact.customerId,
      company,
    }
    this.#contacts.set(company.id, [...this.contactsOf(company), added])
    if (contact.role !== null) this.giveRole(added, contact.role ?? 'Ordering only', companyLocation)
    this.#attach(added)
    return added
  }

  /** A role at a location; at a new one of the contact's company, unless told. */
  giveRole(contact: CompanyContact, name: string, at?: CompanyLocation): void {
    const { company } = contact
    const companyLocation = at ?? this.addLocation(company)
    const known = this.rolesIn(company)
    const role = known.find((role) => role.name === name) ?? { id: this.#newId('CompanyContactRole'), name }
    this.#roles.set(company.id, [...new Set([...known, role])])
    const id = this.#newId('CompanyContactRoleAssignment')
    this.#assignments.push({ id, role, companyLocation, companyContact: contact })
  }

  addLocation(company: Company): CompanyLocation {
    const updatedAt = isoSecond(this.#options.now())
    const location = { id: this.#newId('CompanyLocation'), name: company.name, externalId: null, updatedAt, company }
    this.#locations.push(location)
    return location
  }

  removeContact(contact: CompanyContact): void {
    const left = this.contactsOf(contact.company).filter(({ id }) => id !== contact.id)
    this.#contacts.set(contact.company.id, left)
    this.#assignments = this.#assignments.filter(({ companyContact }) => companyContact !== contact)
    const { customers } = this.#options
    const places = customers.get(contact.customerId)?.companyContactProfiles.filter(({ id }) => id !== contact.id)
    if (places) customers.setCompanyContacts(contact.customerId, places)
  }

  remove(companyId: string): void {
    const company = this.#companies.find(({ id }) => id === companyId)
    if (!company) throw new Error(`no company ${companyId}`)
    for (const contact of this.contactsOf(company)) this.removeContact(contact)
    this.#companies = this.#companies.filter(({ id }) => id !== companyId)
    this.#locations = this.#locations.filter((location) => location.company !== company)
  }

  all(): readonly Company[] {
    return this.#companies
  }

  locations(): readonly CompanyLocation[] {
    return this.#locations
  }

  contactsOf(company: Company): readonly CompanyContact[] {
    return this.#contacts.get(company.id) ?? []
  }

  contacts(): readonly CompanyContact[] {
    return [...this.#contacts.values()].flat()
  }

  rolesIn(company: Company): readonly CompanyContactRole[] {
    return this.#roles.get(company.id) ?? []
  }

  rolesOf(contact: CompanyContact): readonly CompanyRoleAssignment[] {
    return this.#assignments.filter(({ companyContact }) => companyContact === contact)
  }

  rolesAt(location: CompanyLocation): readonly CompanyRoleAssignment[] {
    return this.#assignments.filter(({ companyLocation }) => companyLocation === location)
  }

  #attach(contact: CompanyContact): void {
    const { customers } = this.#options
    const before = customers.get(contact.customerId)?.companyContactProfiles ?? []
    customers.setCompanyContacts(contact.customerId, [...before, contact])
  }

  #newId(type: string): string {
    return gidOf(type, String(this.#nextId++))
  }
}
