import type { DeliveryChoice } from '#app/core/flow/delivery-choice.ts'
import { clearableBy, fieldsOf } from '#app/core/profile/clearable-fields.ts'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import { mapCustomer } from '#app/core/profile/map-customer.ts'
import { type Mapping, metafieldName, metafieldsRead, withoutPhone } from '#app/core/profile/mapped-fields.ts'
import type { MappingInForce } from '#app/core/profile/mapping.ts'
import type { Profile } from '#app/core/profile/profile.ts'
import { everybody, exclusionOf, type Rules } from '#app/core/profile/rules.ts'
import { noStanding, type Standing } from '#app/core/profile/standing.ts'
import { parseCustomer } from '#app/shopify/parse-customer.ts'
import { readProfile } from '#app/sync/deliver/read-profile.ts'
import type { AccountState } from '#test/sandbox/klaviyo/account/account-state.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'

/** What Lockstep's own tables say of the shop. */
export interface LockstepRows {
  readonly profiles: readonly {
    readonly customer_id: string
    readonly state: string
    readonly code: string | null
    readonly hash: string | null
    readonly without_phone: boolean
    readonly klaviyo_id: string | null
  }[]
  /** What the shop sends. */
  readonly mapping: MappingInForce
  /** Who is synced. */
  readonly rules: Rules
  /** Where profiles land. */
  readonly delivery: DeliveryChoice
  /** The names of all fields that were delivered to anybody, or are remembered as such. */
  readonly delivered: readonly string[]
  /** Customers with a mark, or in an import job. */
  readonly pending: number
  /** What the card counts. */
  readonly counted: {
    readonly synced: number
    readonly excluded: number
    readonly issues: number
    readonly pending: number
    readonly atLimit: number
  }
}

export interface LawReport {
  readonly customers: number
  readonly synced: number
  /** Left out by a rule of the merchant's. */
  readonly byRule: number
  readonly noEmail: number
  readonly invalidEmail: number
  readonly otherIssues: number
  /** Left as they were when the integration was turned on for future changes only. */
  readonly futureOnly: number
  readonly alreadyInKlaviyo: number
  /** Waiting for the next full run. */
  readonly atLimit: number
  /** One sentence each; empty when the law holds. Ids only. */
  readonly differences: readonly string[]
}

/**
 * The one law, checked for every customer against the stand-ins' own state: the Klaviyo profile equals what the customer maps
 * to, or the customer is excluded by a named rule, or has an open issue with a reason. And the numbers add up.
 */
export function checkLaw(shop: Shop, account: AccountState, rows: LockstepRows): LawReport {
  const differences: string[] = []
  const { mapping } = rows.mapping
  const rowOf = new Map(rows.profiles.map((row) => [row.customer_id, row]))
  const standingOf = standingsIn(shop)
  const found = {
    synced: 0,
    byRule: 0,
    noEmail: 0,
    invalidEmail: 0,
    otherIssues: 0,
    futureOnly: 0,
    alreadyInKlaviyo: 0,
    atLimit: 0,
  }
  for (const raw of shop.customers.all()) {
    const row = rowOf.get(raw.id)
    rowOf.delete(raw.id)
    const customer = parseCustomer(asAdminShows(raw, shop, rows.mapping), metafieldsRead(mapping))
    const email = emailAddressOf(customer.email)
    const rule = exclusionOf(customer, standingOf(raw), rows.rules)
    const wrong = (what: string) => differences.push(`customer ${raw.id}: ${what}`)
    if (!row) wrong('Lockstep does not know of them')
    else if (rule) {
      if (row.state === 'excluded' && row.code === rule) found.byRule++
      else wrong(`is left out by ${rule}, and stands as ${row.state} ${row.code}`)
    } else if (email.kind === 'missing') {
      if (row.code === 'no_email') found.noEmail++
      else wrong(`has no e-mail address, and stands as ${row.state} ${row.code}`)
    } else if (row.state === 'issue' && row.code) {
      if (row.code === 'invalid_email') found.invalidEmail++
      else found.otherIssues++
    } else if (email.kind === 'malformed') wrong(`has a malformed address, and stands as ${row.state} ${row.code}`)
    else if (row.state === 'excluded' && row.code === 'future_only') {
      found.futureOnly++
      const reading = readProfile(customer, noStanding, { rules: everybody, mapping: mappingOf(row, mapping) })
      if (reading.kind !== 'profile' || reading.hash !== row.hash)
        wrong('has changed since the baseline, and was not sent')
    } else if (row.state === 'excluded' && row.code === 'already_in_klaviyo') {
      found.alreadyInKlaviyo++
      if (rows.delivery.existing !== 'leave') wrong('is left alone, though profiles that exist are updated')
      if (!account.profileByEmail(email.address)) wrong('is left alone as being in Klaviyo, and is not there')
    } else if (row.state === 'pending' && row.code === 'limit') {
      found.atLimit++
      if (rows.delivery.mostNew === null) wrong('waits, though there is no limit')
      if (row.hash !== null || row.klaviyo_id !== null) wrong('waits, though the profile was delivered before')
    } else if (row.state !== 'synced') wrong(`stands as ${row.state} ${row.code}`)
    else {
      found.synced++
      const wanted = mapCustomer(customer, email.address, mappingOf(row, mapping))
      const unequal = unequalFields(wanted, account.profileByEmail(email.address), rows)
      if (unequal.length > 0) wrong(`differs in Klaviyo: ${unequal.join(', ')}`)
    }
  }
  for (const gone of rowOf.keys())
    differences.push(`customer ${gone}: is not in Shopify any more, and Lockstep keeps them`)
  for (const profile of account.profiles()) {
    if (profile.subscriptions.email.consent !== 'NEVER_SUBSCRIBED')
      differences.push(`profile ${profile.id}: its consent was changed`)
  }
  const report = { customers: shop.customers.count, ...found }
  return { ...report, differences: [...differences, ...sumsThatFail(report, rows)] }
}

/** What the stand-in itself says of its customers outside their records. */
function standingsIn({ segments, companies }: Shop): (customer: Customer) => Standing {
  const members = segments.all().map(({ id, memberIds }) => ({ id, memberIds: new Set(memberIds) }))
  return ({ id: customerId, companyContactProfiles }) => ({
    segments: new Set(members.flatMap(({ id, memberIds }) => (memberIds.has(customerId) ? id : []))),
    places: companyContactProfiles.map((contact) => ({
      company: contact.company.id,
      roles: companies.rolesOf(contact).map(({ role }) => role.name),
    })),
  })
}

/** Without the phone number for whom the merchant chose to send so. */
function mappingOf(row: LockstepRows['profiles'][number], mapping: Mapping): Mapping {
  return row.without_phone ? withoutPhone(mapping) : mapping
}

function sumsThatFail(report: Omit<LawReport, 'differences'>, { pending, counted }: LockstepRows): string[] {
  const failing: string[] = []
  const issues = report.invalidEmail + report.otherIssues
  if (pending > 0) failing.push(`${pending} customers are still pending`)
  const excluded = report.byRule + report.noEmail + report.futureOnly + report.alreadyInKlaviyo
  if (report.synced + excluded + issues + pending + report.atLimit !== report.customers) {
    failing.push('synced + pending + excluded + issues is not the number of customers')
  }
  const expected = { synced: report.synced, excluded, issues, pending: 0, atLimit: report.atLimit }
  if (JSON.stringify(counted) !== JSON.stringify(expected)) {
    failing.push(`the card counts ${JSON.stringify(counted)} where there are ${JSON.stringify(expected)}`)
  }
  return failing
}

/** A stand-in's customer in the shape the Admin API gives our queries. */
function asAdminShows(customer: Customer, { metafieldDefinitions }: Shop, { mapping }: MappingInForce): unknown {
  const isHidden = (name: string) =>
    metafieldDefinitions.some(
      ({ access, ...key }) => metafieldName(key) === name && access.admin && !access.admin.startsWith('PUBLIC_'),
    )
  const metafields = metafieldsRead(mapping).map((key, place) => {
    const name = metafieldName(key)
    return [`m${place}`, isHidden(name) ? null : (customer.metafields[name] ?? null)]
  })
  return { ...customer, id: `gid://shopify/Customer/${customer.id}`, ...Object.fromEntries(metafields) }
}

const OURS = {
  attributes: ['email', 'external_id', 'phone_number', 'first_name', 'last_name', 'locale'],
  location: ['address1', 'address2', 'city', 'region', 'zip', 'country'],
} as const

/**
 * The names of the fields Lockstep writes in which a profile is not as it should be; absent and null are the same. What was left in
 * Klaviyo because the merchant wanted it so may be there or not.
 */
function unequalFields(
  wanted: Profile,
  stored: ReturnType<AccountState['profileByEmail']>,
  { mapping: inForce, delivered }: LockstepRows,
): string[] {
  if (!stored) return ['there is no profile']
  const attributes = stored.attributes as unknown as Record<string, unknown>
  const location = (attributes.location ?? {}) as Record<string, unknown>
  const properties = (attributes.properties ?? {}) as Record<string, unknown>
  const sent = new Set([...fieldsOf(inForce.mapping), ...delivered])
  const clearable = clearableBy(inForce)
  const isOurs = (name: string, value: unknown) =>
    value !== undefined || (sent.has(name) && clearable([name]).length > 0)
  const names = new Set([
    ...Object.keys(wanted.properties),
    ...Object.keys(properties).filter((name) => sent.has(`properties.${name}`)),
  ])
  return [
    ...OURS.attributes.filter((name) => {
      const value = wanted[name as keyof Profile]
      return isOurs(name, value) && !same(value, attributes[name])
    }),
    ...OURS.location.filter((name) => {
      const value = wanted.location?.[name]
      return isOurs(`location.${name}`, value) && !same(value, location[name])
    }),
    ...[...names].filter((name) => {
      const value = wanted.properties[name]
      return isOurs(`properties.${name}`, value) && !same(value, properties[name])
    }),
  ]
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
}
