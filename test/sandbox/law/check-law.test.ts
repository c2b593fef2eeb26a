import { expect, test } from 'vitest'
import type { AccountState } from '#test/sandbox/klaviyo/account/account-state.ts'
import { ask, profileBody } from '#test/sandbox/klaviyo/given-klaviyo.ts'
import type { ProfileRecord } from '#test/sandbox/klaviyo/profiles/profile-record.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { givenConnectedShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { checkLaw } from './check-law.ts'
import { type Choices, unchosenAudience, unchosenMapping } from './choices.ts'
import { type LockstepRows, type ProfileRow, readLockstepRows } from './lockstep-rows.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const ADA = 'ada@example.com'
const BEN = 'ben@example.com'
const PHONE = '+4915112345678'

interface Settled extends InstalledShop {
  readonly account: AccountState
  readonly rows: LockstepRows
  /** Ada's and Ben's ids in Shopify. */
  readonly ada: string
  readonly ben: string
  profile(email: string): ProfileRecord
  /** Asks Klaviyo as the app does, or, by the calls that the app never makes, as others do. */
  klaviyo(request: string, attributes: object, more?: object): Promise<void>
}

function peopleOf(shop: Shop): void {
  const address = {
    address1: 'Hauptstr. 1',
    address2: null,
    city: 'Berlin',
    province: 'Berlin',
    provinceCode: 'BE',
    zip: '10115',
    country: 'Germany',
    countryCodeV2: 'DE',
    company: null,
    phone: null,
    timeZone: null,
  }
  shop.customers.create({
    email: ' Ada@Example.com ',
    phone: '0151 12345678',
    firstName: 'Ada',
    lastName: 'Lovelace',
    tags: ['vip', 'Ünïcode'],
    defaultAddress: address,
    points: 250,
    tier: 'Gold',
  })
  shop.customers.create({ email: BEN, firstName: 'Ben' })
  shop.customers.create({ email: null, phone: PHONE })
  shop.customers.create({ email: 'broken@@example' })
  shop.customers.create({ email: 'refused.cy@example.com' })
}

/** A shop at rest with customers of every usual kind. */
async function givenSettled(): Promise<Settled> {
  const installed = await givenConnectedShop(sandbox, peopleOf)
  const account = sandbox.klaviyo.account(installed.accountId)
  const [ada, ben] = installed.shop.customers.ascending().map(({ id }) => id)
  return {
    ...installed,
    account,
    rows: await readLockstepRows(sandbox.databaseUrl, installed.domain),
    ada: ada!,
    ben: ben!,
    profile: (email) => account.profileByEmail(email)!,
    klaviyo: async (request, attributes, more) => {
      const { status } = await ask(sandbox.klaviyo, request, profileBody(attributes, more), { key: installed.key })
      expect(status).toBeLessThan(300)
    },
  }
}

function differencesIn({ shop, account }: Settled, rows: LockstepRows): readonly string[] {
  return checkLaw(shop, account, rows, []).differences
}

/** The rows with one customer's changed. */
function withRow({ rows }: Settled, id: string, changed: Partial<ProfileRow>): LockstepRows {
  const profiles = rows.profiles.map((row) => (row.customerId === id ? { ...row, ...changed } : row))
  return { ...rows, profiles }
}

function withChoices({ rows }: Settled, changed: Partial<Choices>): LockstepRows {
  return { ...rows, choices: { ...rows.choices, ...changed } }
}

const properties = (profile: ProfileRecord) => profile.attributes.properties as Record<string, unknown>

test('in a shop at rest there is nothing to be found, and everybody is counted', async () => {
  const given = await givenSettled()
  expect(checkLaw(given.shop, given.account, given.rows, [])).toEqual({
    customers: 5,
    synced: 2,
    byRule: 0,
    noEmail: 1,
    futureOnly: 0,
    alreadyInKlaviyo: 0,
    invalidEmail: 2,
    otherIssues: 0,
    atLimit: 0,
    differences: [],
  })
})

test.each<[what: string, sentence: RegExp, change: (given: Settled) => void]>([
  [
    'a name',
    /differs in Klaviyo: first_name has another value$/,
    ({ profile }) => (profile(ADA).attributes.first_name = 'Eve'),
  ],
  ['a phone number', /phone_number is missing$/, ({ profile }) => (profile(ADA).attributes.phone_number = null)],
  ['the language', /locale has another value$/, ({ profile }) => (profile(ADA).attributes.locale = 'xx')],
  [
    'a part of the location',
    /location.zip has another value$/,
    ({ profile }) => Object.assign(profile(ADA).attributes.location!, { zip: '1' }),
  ],
  [
    'the type of a number',
    /properties.loyalty_points has another value$/,
    ({ profile }) => (properties(profile(ADA)).loyalty_points = '250'),
  ],
  [
    'a tag',
    /properties.shopify_tags has another value$/,
    ({ profile }) => (properties(profile(ADA)).shopify_tags = ['vip']),
  ],
  [
    'a consent',
    /properties.shopify_email_consent is missing$/,
    ({ profile }) => delete properties(profile(ADA)).shopify_email_consent,
  ],
])('%s that is another in Klaviyo is found', async (_what, sentence, change) => {
  const given = await givenSettled()
  change(given)
  expect(differencesIn(given, given.rows)).toEqual([expect.stringMatching(sentence)])
})

test('tags in another order are the same', async () => {
  const given = await givenSettled()
  properties(given.profile(ADA)).shopify_tags = ['Ünïcode', 'vip']
  expect(differencesIn(given, given.rows)).toEqual([])
})

test('a field that was delivered and not cleared is found, wherever it stands', async () => {
  const given = await givenSettled()
  const { shop, ada } = given
  shop.customers.update(ada, { lastName: null, phone: null, defaultAddress: null })
  shop.customers.setLoyalty(ada, { tier: null })
  const [difference] = differencesIn(given, given.rows)
  for (const name of [
    'last_name',
    'phone_number',
    'location.city',
    'properties.loyalty_tier',
    'properties.shopify_sms_consent',
  ])
    expect(difference).toContain(`${name} was not cleared`)
})

test('a field that is no longer sent is to be cleared, unless the merchant wanted it to stay', async () => {
  const given = await givenSettled()
  const mapping = { ...unchosenMapping, values: [] }
  expect(differencesIn(given, withChoices(given, { mapping }))).toEqual([
    expect.stringContaining('properties.loyalty_points was not cleared, properties.loyalty_tier was not cleared'),
  ])
  expect(differencesIn(given, withChoices(given, { mapping: { ...mapping, clears: false } }))).toEqual([])
  const leftInKlaviyo = ['properties.loyalty_points', 'properties.loyalty_tier']
  expect(differencesIn(given, withChoices(given, { mapping, leftInKlaviyo }))).toEqual([])
})

test('what others wrote is left alone, until the app writes it', async () => {
  const given = await givenSettled()
  const { id } = given.profile(BEN)
  const theirs = {
    last_name: 'Byron',
    title: 'Lord',
    location: { city: 'London' },
    properties: { vip: true, loyalty_points: 1 },
  }
  await given.klaviyo(`PATCH /api/profiles/${id}`, theirs, { id })
  expect(differencesIn(given, given.rows)).toEqual([])

  await given.klaviyo('POST /api/profile-import', { email: BEN, last_name: 'Byron' })
  expect(differencesIn(given, given.rows)).toEqual([expect.stringContaining('last_name was not cleared')])
})

test('a profile that is not there is found', async () => {
  const given = await givenSettled()
  given.account.deleteProfile(given.profile(ADA).id)
  expect(differencesIn(given, given.rows)).toEqual([
    `customer ${given.ada}: there is no profile with their address in Klaviyo`,
  ])
})

test('two customers who share a profile are found, by their rows and by whom it names', async () => {
  const given = await givenSettled()
  const { id } = given.profile(ADA)
  const shared = differencesIn(given, withRow(given, given.ben, { klaviyoId: id }))
  expect(shared).toContain(`profile ${id}: customers ${given.ada} and ${given.ben} share it`)

  properties(given.profile(ADA)).shopify_customer_id = given.ben
  const named = differencesIn(given, given.rows)
  expect(named).toContain(`customer ${given.ada}: the profile with their address is that of ${given.ben}`)
  expect(named).toContainEqual(
    expect.stringMatching(new RegExp(`^customer ${given.ben}: profiles \\w+ and \\w+ name them$`)),
  )
})

test.each<[what: string, properties: object, sentence: RegExp]>([
  ['that belongs to nobody', {}, /Lockstep made it, and it belongs to nobody$/],
  [
    'of a customer whom the shop never had',
    { shopify_customer_id: '99' },
    /names customer 99, whom the shop never had$/,
  ],
])('a profile too many %s is found', async (_what, properties, sentence) => {
  const given = await givenSettled()
  await given.klaviyo('POST /api/profile-import', { email: 'extra@example.com', properties })
  expect(differencesIn(given, given.rows)).toEqual([expect.stringMatching(sentence)])
})

test('a second profile of a customer is found', async () => {
  const given = await givenSettled()
  const properties = { shopify_customer_id: given.ada }
  await given.klaviyo('POST /api/profile-import', { email: 'extra@example.com', properties })
  expect(differencesIn(given, given.rows)).toEqual([expect.stringMatching(/profiles \w+ and \w+ name them$/)])
})

test('a profile that others made is none too many, nor is that of a customer deleted in Shopify', async () => {
  const given = await givenSettled()
  await given.klaviyo('POST /api/profiles', { email: 'crm@example.com', properties: { shopify_customer_id: '99' } })
  await given.klaviyo('POST /api/profiles', { email: 'crm2@example.com' })
  expect(differencesIn(given, given.rows)).toEqual([])

  given.shop.customers.remove(given.ben)
  const profiles = given.rows.profiles.filter(({ customerId }) => customerId !== given.ben)
  const counted = { ...given.rows.counted, synced: 1 }
  expect(differencesIn(given, { ...given.rows, profiles, counted })).toEqual([])
})

test('a profile of a customer who was merged into one that is in step is found', async () => {
  const given = await givenSettled()
  given.shop.customers.merge(given.ada, given.ben)
  const profiles = given.rows.profiles.filter(({ customerId }) => customerId !== given.ben)
  const sentence = `profile ${given.profile(BEN).id}: it names customer ${given.ben}, who became ${given.ada}`
  expect(differencesIn(given, { ...given.rows, profiles })).toContain(sentence)
})

test.each(['rule_tags', 'rule_segment', 'no_email', 'no_such_code'])(
  'an exclusion that is not true (%s) is found',
  async (code) => {
    const given = await givenSettled()
    expect(differencesIn(given, withRow(given, given.ada, { state: 'excluded', code }))).toContain(
      `customer ${given.ada}: stands as excluded ${code}, which is not true of them`,
    )
  },
)

test('"future only" and "already in Klaviyo" are checked against what the merchant chose and what is there', async () => {
  const given = await givenSettled()
  const left = withRow(given, given.ada, { state: 'excluded', code: 'future_only' })
  expect(differencesIn(given, left)).toContainEqual(expect.stringContaining('was never turned on for the future only'))
  const before = { since: new Date(0), readUntil: new Date(0) }
  expect(differencesIn(given, { ...left, futureOnly: before })).toContainEqual(
    expect.stringContaining('has changed since'),
  )

  const there = withRow(given, given.ada, { state: 'excluded', code: 'already_in_klaviyo' })
  const differences = differencesIn(given, there)
  expect(differences).toContainEqual(expect.stringContaining('though profiles that exist are updated'))
  expect(differences).toContainEqual(expect.stringContaining('and is their own'))
})

test.each([
  ['rule_tags', { tags: { anyOf: [], noneOf: ['VIP'] } }],
  ['rule_account_state', { accountStates: ['ENABLED'] }],
  ['rule_consent', { consent: 'subscribed' as const }],
  ['rule_country', { countries: ['US'] }],
  ['rule_segment', { segments: [{ id: 'gid://shopify/Segment/1' }] }],
  ['rule_company', { companies: { who: 'only_contacts' as const, companies: [], roles: [] } }],
])('a customer in step whom %s leaves out is found, and one excluded by it is not', async (code, differs) => {
  const given = await givenSettled()
  const rows = withChoices(given, { audience: { ...unchosenAudience, ...differs } })
  const found = `customer ${given.ada}: is left out by ${code}, and stands as synced`
  expect(differencesIn(given, rows)).toContain(found)
  const profiles = rows.profiles.map((row) => ({ ...row, state: 'excluded', code }))
  expect(differencesIn(given, { ...rows, profiles })).not.toContainEqual(
    expect.stringContaining(`customer ${given.ada}`),
  )
})

test.each([
  'invalid_email',
  'profile_refused',
  'too_large',
  'identity_conflict',
  'klaviyo_unavailable',
  'no_such_code',
])('an issue without cause (%s) is found', async (code) => {
  const given = await givenSettled()
  expect(differencesIn(given, withRow(given, given.ada, { state: 'issue', code }))).toContainEqual(
    expect.stringMatching(
      new RegExp(`^customer ${given.ada}: stands as issue ${code}, (which is not true|a reason that)`),
    ),
  )
})

test('an identity conflict is true while another profile holds the number', async () => {
  const given = await givenSettled()
  await given.klaviyo(
    `PATCH /api/profiles/${given.profile(ADA).id}`,
    { phone_number: null },
    { id: given.profile(ADA).id },
  )
  await given.klaviyo('POST /api/profiles', { email: 'else@example.com', phone_number: PHONE })
  const conflict = withRow(given, given.ada, { state: 'issue', code: 'identity_conflict' })
  expect(differencesIn(given, conflict)).not.toContainEqual(expect.stringContaining(`customer ${given.ada}`))
})

test('a field may be left out for a reason that holds, and is found where it stands nevertheless', async () => {
  const given = await givenSettled()
  const omitted = [{ field: 'phone_number', reason: 'taken' }]
  expect(differencesIn(given, withRow(given, given.ada, { omitted }))).toEqual([
    expect.stringContaining('phone_number is left out without need'),
    expect.stringContaining('phone_number was not cleared'),
  ])

  const { id } = given.profile(ADA)
  await given.klaviyo(`PATCH /api/profiles/${id}`, { phone_number: null }, { id })
  await given.klaviyo('POST /api/profiles', { email: 'else@example.com', phone_number: PHONE })
  expect(differencesIn(given, withRow(given, given.ada, { omitted }))).toEqual([])
})

test('customers who are missing, too many, pending, waiting without a limit or counted wrongly are found', async () => {
  const given = await givenSettled()
  const { rows, ada } = given
  const profiles = rows.profiles.filter(({ customerId }) => customerId !== ada)
  expect(differencesIn(given, { ...rows, profiles })).toContain(`customer ${ada}: Lockstep does not know of them`)
  const more = [...rows.profiles, { ...rows.profiles[0]!, customerId: '99', klaviyoId: null }]
  expect(differencesIn(given, { ...rows, profiles: more })).toEqual([
    expect.stringMatching(/^customer 99: is not in Shopify/),
  ])
  expect(differencesIn(given, { ...rows, pending: 1 })).toContain('1 customers are still pending')
  const waiting = differencesIn(given, withRow(given, ada, { state: 'pending', code: 'limit' }))
  expect(waiting).toContain(`customer ${ada}: waits, though there is no limit`)
  expect(waiting).toContain(`customer ${ada}: waits, though the profile was delivered before`)
  const counted = { ...rows.counted, synced: 3 }
  expect(differencesIn(given, { ...rows, counted })).toEqual([expect.stringMatching(/^the card counts/)])
  const miscounted = ['synced : 3 profiles, 3 ever synced, where there are 2 and 2']
  expect(differencesIn(given, { ...rows, miscounted })).toEqual([expect.stringMatching(/^the counts say synced/)])
})

test('a known fault is passed over, and no other', async () => {
  const given = await givenSettled()
  given.profile(ADA).attributes.first_name = 'Eve'
  given.profile(BEN).attributes.first_name = 'Eve'
  const known = [{ sentence: new RegExp(`^customer ${given.ada}: differs`), fault: 'planted' }]
  expect(checkLaw(given.shop, given.account, given.rows, known).differences).toEqual([
    expect.stringContaining(`customer ${given.ben}`),
  ])
})
