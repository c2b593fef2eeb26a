import { expect, test } from 'vitest'
import { type GivenKlaviyo, givenKlaviyo, importBody, profileBody } from './given-klaviyo.ts'

const SUBSCRIBE = 'POST /api/profile-subscription-bulk-create-jobs'
const UNSUBSCRIBE = 'POST /api/profile-subscription-bulk-delete-jobs'
const AGREED = '2026-01-05T10:00:00+00:00'

interface Wanted {
  readonly email: string
  readonly consent?: string
  readonly consented_at?: string
  readonly listId?: string
  readonly historical_import?: boolean
}

function consentBody(type: 'create' | 'delete', { email, listId, historical_import, ...marketing }: Wanted): object {
  const profile = { type: 'profile', attributes: { email, subscriptions: { email: { marketing } } } }
  const attributes = { profiles: { data: [profile] }, ...(historical_import ? { historical_import } : {}) }
  const relationships = listId === undefined ? {} : { list: { data: { type: 'list', id: listId } } }
  return { data: { type: `profile-subscription-bulk-${type}-job`, attributes, relationships } }
}

async function subscribe({ ask, clock }: GivenKlaviyo, wanted: Wanted): Promise<number> {
  const { status, text } = await ask(SUBSCRIBE, consentBody('create', { consent: 'SUBSCRIBED', ...wanted }))
  if (status === 202) expect(text).toBe('')
  clock.now += 300
  return status
}

test('neither an upsert nor an import, not even into a list, subscribes anybody', async () => {
  const { ask, account, clock } = await givenKlaviyo()
  const list = account.addList('Customers')

  await ask('POST /api/profile-import', profileBody({ email: 'ada@shop.test' }))
  await ask('POST /api/profile-bulk-import-jobs', importBody([{ email: 'ben@shop.test' }], [list.id]))
  clock.now += 300

  for (const profile of account.profiles()) {
    expect(profile.subscriptions.email.consent).toBe('NEVER_SUBSCRIBED')
    expect(profile.subscriptions.sms.consent).toBe('NEVER_SUBSCRIBED')
  }
})

test('a historical import of consent subscribes with its own time, makes a profile and lifts suppressions', async () => {
  const given = await givenKlaviyo()
  await given.ask('POST /api/profile-import', profileBody({ email: 'ada@shop.test' }))
  const suppress = { profiles: { data: [{ type: 'profile', attributes: { email: 'ada@shop.test' } }] } }
  await given.ask('POST /api/profile-suppression-bulk-create-jobs', {
    data: { type: 'profile-suppression-bulk-create-job', attributes: suppress },
  })
  given.clock.now += 300
  expect(given.account.profileByEmail('ada@shop.test')?.subscriptions.suppressions).toHaveLength(1)

  for (const email of ['ada@shop.test', 'new@shop.test']) {
    expect(await subscribe(given, { email, consented_at: AGREED, historical_import: true })).toBe(202)
    expect(given.account.profileByEmail(email)?.subscriptions).toMatchObject({
      email: { consent: 'SUBSCRIBED', consentedAt: AGREED },
      suppressions: [],
    })
  }
})

test('consented_at is required with historical_import, must be past, and is refused without it', async () => {
  const given = await givenKlaviyo()
  const email = 'ada@shop.test'

  expect(await subscribe(given, { email, historical_import: true })).toBe(400)
  expect(await subscribe(given, { email, historical_import: true, consented_at: '2027-01-01T00:00:00Z' })).toBe(400)
  expect(await subscribe(given, { email, consented_at: AGREED })).toBe(400)
})

test('under double opt-in consent stays as it was, and a new address without a list never becomes a profile', async () => {
  const given = await givenKlaviyo()
  const single = given.account.addList('Single')
  const double = given.account.addList('Double', 'double_opt_in')
  const consentOf = (email: string) => given.account.profileByEmail(email)?.subscriptions.email.consent

  await subscribe(given, { email: 'ada@shop.test', listId: single.id })
  await subscribe(given, { email: 'ben@shop.test', listId: double.id })
  await subscribe(given, { email: 'cara@shop.test' })

  expect([consentOf('ada@shop.test'), consentOf('ben@shop.test'), consentOf('cara@shop.test')]).toEqual([
    'SUBSCRIBED',
    'NEVER_SUBSCRIBED',
    undefined,
  ])
  expect(given.account.profileByEmail('ada@shop.test')?.lists).toEqual(new Set([single.id]))
})

test('whoever is unsubscribed from a list they are not on is unsubscribed from everything', async () => {
  const given = await givenKlaviyo()
  const [on, off] = [given.account.addList('On'), given.account.addList('Off')]
  const email = 'ada@shop.test'
  await subscribe(given, { email, listId: on.id })
  const unsubscribe = async (listId: string) => {
    await given.ask(UNSUBSCRIBE, consentBody('delete', { email, consent: 'UNSUBSCRIBED', listId }))
    given.clock.now += 300
    return given.account.profileByEmail(email)?.subscriptions
  }

  expect(await unsubscribe(on.id)).toMatchObject({
    email: { consent: 'SUBSCRIBED' },
    listSuppressions: [{ list_id: on.id }],
  })
  expect(await unsubscribe(off.id)).toMatchObject({
    email: { consent: 'UNSUBSCRIBED' },
    suppressions: [{ reason: 'UNSUBSCRIBE' }],
  })
})

test('SMS consent for a country the account cannot send to refuses the request', async () => {
  const { ask } = await givenKlaviyo()
  const marketing = { consent: 'SUBSCRIBED' }
  const attributes = { email: 'ada@shop.test', phone_number: '+4520123456', subscriptions: { sms: { marketing } } }

  const answer = await ask(SUBSCRIBE, {
    data: {
      type: 'profile-subscription-bulk-create-job',
      attributes: { profiles: { data: [{ type: 'profile', attributes }] } },
    },
  })

  expect(answer.status).toBe(400)
  expect(answer.body.errors[0]).toMatchObject({
    detail: 'Phone number is valid but is not in a supported region for this account.',
    source: { pointer: '/data/attributes/profiles/data/0/attributes/phone_number' },
  })
})

test('a suppression takes addresses or a list, not both, and unsuppressing lifts only what was suppressed by hand', async () => {
  const given = await givenKlaviyo()
  const { ask, account, clock } = given
  const list = account.addList('Customers')
  await subscribe(given, { email: 'ada@shop.test', listId: list.id })
  await ask(UNSUBSCRIBE, consentBody('delete', { email: 'ada@shop.test', consent: 'UNSUBSCRIBED' }))
  clock.now += 300
  const job = (kind: 'create' | 'delete', more: object) =>
    ask(`POST /api/profile-suppression-bulk-${kind}-jobs`, {
      data: { type: `profile-suppression-bulk-${kind}-job`, ...more },
    })
  const byList = { relationships: { list: { data: { type: 'list', id: list.id } } } }
  const byAddress = {
    attributes: { profiles: { data: [{ type: 'profile', attributes: { email: 'ada@shop.test' } }] } },
  }
  const reasons = () => account.profileByEmail('ada@shop.test')?.subscriptions.suppressions.map(({ reason }) => reason)

  expect((await job('create', { ...byList, ...byAddress })).status).toBe(400)
  const submitted = await job('create', byList)
  clock.now += 300
  const done = await ask(`GET /api/profile-suppression-bulk-create-jobs/${submitted.body.data.id}`)
  expect(submitted.body.data.attributes.status).toBe('processing')
  expect(done.body.data.attributes).toMatchObject({
    status: 'complete',
    total_count: 1,
    completed_count: 1,
    skipped_count: 0,
  })
  expect(reasons()).toEqual(['UNSUBSCRIBE', 'USER_SUPPRESSED'])

  await job('delete', byAddress)
  clock.now += 300
  expect(reasons()).toEqual(['UNSUBSCRIBE'])
})
