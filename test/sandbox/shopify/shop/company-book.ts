import type { Company, CompanyContact, CompanyLocation, CompanyRoleAssignment } from '../customers/company.ts'
import type { CustomerBook } from '../customers/customer-book.ts'
import { gidOf } from '../global-id.ts'
import { isoSecond } from '../instants.ts'

export interface CompanyBookOptions {
  readonly customers: CustomerBook
  readonly now: () => number
  readonly currency: string
}

/** The companies of a shop that has B2B. */
export class CompanyBook {
  readonly #options: CompanyBookOptions
  readonly #companies: Company[] = []
  readonly #locations: CompanyLocation[] = []
  readonly #contacts = new Map<string, CompanyContact[]>()
  readonly #assignments: CompanyRoleAssignment[] = []
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
    const id = this.#newId('CompanyLocation')
    this.#locations.push({ id, name: company.name, externalId: null, updatedAt: at, company: added })
    return added
  }

  addContact(
    companyId: string,
    contact: { customerId: string; title?: string | null; role?: string; isMainContact?: boolean },
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
    const role = { id: gidOf('CompanyContactRole', '1'), name: contact.role ?? 'Ordering only' }
    const id = this.#newId('CompanyContactRoleAssignment')
    this.#assignments.push({ id, role, companyLocation, companyContact: added })
    this.#attach(added)
    return added
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
