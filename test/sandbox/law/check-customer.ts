import { type CustomerView, ownerOf } from './customer-view.ts'
import { faultsInProfile } from './expectation/stored-profile.ts'
import { issueChecks, unreadCodes } from './issue-checks.ts'
import { withoutOmitted } from './omissions.ts'
import { ruleChecks } from './rule-checks.ts'

/** How a customer stands, for the counts. */
export const memberships = [
  'synced',
  'byRule',
  'noEmail',
  'futureOnly',
  'alreadyInKlaviyo',
  'invalidEmail',
  'otherIssues',
  'atLimit',
] as const
export type Standing = (typeof memberships)[number]

export interface CustomerResult {
  /** Null when the customer stands in no way that the law knows. */
  readonly standing: Standing | null
  /** What is wrong, one piece for each fault. */
  readonly faults: readonly string[]
}

/** Judges how one customer stands: in step, excluded by what is really true of them, waiting, or with an issue that has its reason. */
export function checkCustomer(view: CustomerView): CustomerResult {
  const { row, address, customer, rows, shop } = view
  const standsAs = `stands as ${row.code === null ? row.state : `${row.state} ${row.code}`}`
  // Of one who cannot be read nobody can say whether a rule leaves them out.
  if (row.state === 'issue' && unreadCodes.includes(row.code)) return issueResult(view, standsAs)
  const rule = ruleChecks.find(([, leavesOut]) => leavesOut(customer, rows.choices.audience, shop))?.[0]
  if (rule) return isExcluded(view, rule) ? as('byRule') : as(null, `is left out by ${rule}, and ${standsAs}`)
  if (address.kind === 'missing') {
    return isExcluded(view, 'no_email') ? as('noEmail') : as(null, `has no e-mail address, and ${standsAs}`)
  }
  if (row.state === 'issue') return issueResult(view, standsAs)
  if (address.kind === 'malformed') return as(null, `has a malformed address, and ${standsAs}`)
  if (isExcluded(view, 'future_only')) return as('futureOnly', ...futureOnlyFaults(view))
  if (isExcluded(view, 'already_in_klaviyo')) return as('alreadyInKlaviyo', ...alreadyThereFaults(view))
  if (row.state === 'pending' && row.code === 'limit') return as('atLimit', ...limitFaults(view))
  if (row.state === 'synced') return as('synced', ...syncedFaults(view))
  return as(null, `${standsAs}, which is not true of them`)
}

function as(standing: Standing | null, ...faults: readonly string[]): CustomerResult {
  return { standing, faults }
}

function isExcluded({ row }: CustomerView, code: string): boolean {
  return row.state === 'excluded' && row.code === code
}

function issueResult(view: CustomerView, standsAs: string): CustomerResult {
  const { code } = view.row
  const isTrue = code === null ? undefined : issueChecks[code]
  if (!isTrue) return as('otherIssues', `${standsAs}, a reason that the judge does not know (issue-checks.ts)`)
  const standing = code === 'invalid_email' ? 'invalidEmail' : 'otherIssues'
  return isTrue(view) ? as(standing) : as(standing, `${standsAs}, which is not true of them`)
}

function syncedFaults(view: CustomerView): string[] {
  const { address, expected, account, rows, row, customer, kept } = view
  const profile = address.kind === 'address' ? account.profileByEmail(address.address) : undefined
  if (!profile || !expected) return ['there is no profile with their address in Klaviyo']
  const { fields, faults } = withoutOmitted(view, expected)
  const owner = ownerOf(profile)
  if (owner !== customer.id) return [...faults, `the profile with their address is that of ${owner ?? 'nobody'}`]
  const differing = faultsInProfile(fields, profile, rows.choices, kept.kept)
  const unnamed = [...kept.wrong].filter((field) => !row.omitted.some((omitted) => omitted.field === field))
  const isUnnamed = unnamed.length > 0 && row.omitted.every(({ reason }) => reason !== 'invalid')
  return [
    ...faults,
    ...(isUnnamed ? [`is not listed with a value that is wrong: ${unnamed.join(', ')}`] : []),
    ...(differing.length > 0 ? [`differs in Klaviyo: ${differing.join(', ')}`] : []),
    ...(row.klaviyoId === null || row.klaviyoId === profile.id ? [] : ['is known by the id of another profile']),
  ]
}

/** Shopify's times are whole seconds, and its clock need not be ours. */
const CLOCKS_MS = 2_000

/** Whoever changed after the integration was turned on is to be sent. A metafield nobody told of may have been read as it was found. */
function futureOnlyFaults({ customer, rows }: CustomerView): string[] {
  if (!rows.futureOnly) return ['is left as they were, though the integration was never turned on for the future only']
  const { since, readUntil } = rows.futureOnly
  const sent = rows.choices.mapping.values.map(({ on, source }) =>
    on && source.kind === 'metafield' ? customer.metafields[`${source.namespace}.${source.key}`] : undefined,
  )
  const isAfter = (at: string, limit: Date) => Date.parse(at) > limit.getTime() + CLOCKS_MS
  const changed =
    isAfter(customer.updatedAt, since) || sent.some((metafield) => metafield && isAfter(metafield.updatedAt, readUntil))
  return changed ? ['has changed since the integration was turned on, and was not sent'] : []
}

function alreadyThereFaults({ rows, address, account, customer }: CustomerView): string[] {
  const profile = address.kind === 'address' ? account.profileByEmail(address.address) : undefined
  return [
    ...(rows.choices.destination.existing === 'leave' ? [] : ['is left alone, though profiles that exist are updated']),
    ...(profile ? [] : ['is left alone as being in Klaviyo, and is not there']),
    ...(profile && ownerOf(profile) === customer.id ? ['is left alone as somebody else’s, and is their own'] : []),
  ]
}

function limitFaults({ rows, named }: CustomerView): string[] {
  return [
    ...(rows.choices.destination.mostNew === null ? ['waits, though there is no limit'] : []),
    ...(named.length > 0 ? ['waits, though the profile was delivered before'] : []),
  ]
}
