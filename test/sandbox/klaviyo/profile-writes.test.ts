import { expect, test } from 'vitest'
import { givenKlaviyo, profileBody } from './given-klaviyo.ts'

const ADA = { email: 'ada@shop.test', phone_number: '+14155550100', external_id: 'c-1', first_name: 'Ada' }

test('the first upsert creates with 201 and a ULID, the second one updates with 200', async () => {
  const { ask, account } = await givenKlaviyo()

  const created = await ask('POST /api/profile-import', profileBody(ADA))
  const updated = await ask('POST /api/profile-import', profileBody({ email: 'ADA@shop.test', last_name: 'Lovelace' }))

  expect(created.status).toBe(201)
  expect(created.body.data.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  expect(created.body.data.attributes).toMatchObject({ first_name: 'Ada', last_name: null, organization: null })
  expect(updated.status).toBe(200)
  expect(updated.body.data.id).toBe(created.body.data.id)
  expect(account.size).toBe(1)
  expect(account.profileByEmail('ada@SHOP.test')).toMatchObject({
    writes: 2,
    attributes: { email: 'ADA@shop.test', first_name: 'Ada', last_name: 'Lovelace', phone_number: '+14155550100' },
  })
})

test('any one identifier finds the profile, and the others in the call become its own', async () => {
  const { ask, account } = await givenKlaviyo()
  const { body } = await ask('POST /api/profile-import', profileBody(ADA))

  await ask('POST /api/profile-import', profileBody({ phone_number: '+14155550100', email: 'countess@shop.test' }))
  await ask('POST /api/profile-import', profileBody({ external_id: 'c-1', phone_number: '+14155550199' }))
  const byId = await ask('POST /api/profile-import', profileBody({ external_id: 'c-2' }, { id: body.data.id }))

  expect(byId.status).toBe(200)
  expect(account.size).toBe(1)
  expect(account.profileById(body.data.id)?.attributes).toMatchObject({
    email: 'countess@shop.test',
    phone_number: '+14155550199',
    external_id: 'c-2',
  })
  expect(account.profileByEmail('ada@shop.test')).toBeUndefined()
})

test('identifiers of two profiles in one call are a 409 that names the other profile, by upsert and by PATCH', async () => {
  const { ask, account } = await givenKlaviyo()
  const ada = await ask('POST /api/profile-import', profileBody(ADA))
  const ben = await ask('POST /api/profile-import', profileBody({ email: 'ben@shop.test' }))

  const clash = await ask(
    'POST /api/profile-import',
    profileBody({ email: 'ben@shop.test', phone_number: '+14155550100' }),
  )
  const patch = await ask(
    `PATCH /api/profiles/${ben.body.data.id}`,
    profileBody({ email: 'ada@shop.test' }, { id: ben.body.data.id }),
  )

  for (const answer of [clash, patch]) {
    expect(answer.status).toBe(409)
    expect(answer.body.errors[0]).toMatchObject({
      status: 409,
      code: 'duplicate_profile',
      title: 'Conflict.',
      detail: 'A profile already exists with one of these identifiers.',
      source: { pointer: '/data/attributes' },
      meta: { duplicate_profile_id: ada.body.data.id },
    })
  }
  expect(account.profileById(ben.body.data.id)?.writes).toBe(1)
})

test('creating what is already there is a 409, and an id that nobody has is a 404', async () => {
  const { ask } = await givenKlaviyo()
  await ask('POST /api/profile-import', profileBody(ADA))

  const again = await ask('POST /api/profiles', profileBody({ email: 'ada@shop.test' }))
  const stranger = await ask('POST /api/profile-import', profileBody({ email: 'x@shop.test' }, { id: 'NOPE01' }))

  expect(again.status).toBe(409)
  expect(stranger.status).toBe(404)
  expect(stranger.body.errors[0].detail).toBe('A profile with id NOPE01 does not exist.')
})

test('a field left out stays, a null clears, properties and location are merged key by key', async () => {
  const { ask, account } = await givenKlaviyo()
  await ask(
    'POST /api/profile-import',
    profileBody({ ...ADA, location: { city: 'London', zip: 'N1' }, properties: { tier: 'gold', points: 7 } }),
  )

  await ask(
    'POST /api/profile-import',
    profileBody({ email: ADA.email, first_name: null, location: { city: null }, properties: { points: 8 } }),
  )

  expect(account.profileByEmail(ADA.email)?.attributes).toMatchObject({
    first_name: null,
    phone_number: '+14155550100',
    location: { city: null, zip: 'N1' },
    properties: { tier: 'gold', points: 8 },
  })
})

test('unset removes properties, append and unappend work on lists', async () => {
  const { ask, account } = await givenKlaviyo()
  await ask('POST /api/profile-import', profileBody({ ...ADA, properties: { a: 1, b: 2, c: 3, tags: ['x', 'y'] } }))
  const patch = (patch_properties: object) =>
    ask('POST /api/profile-import', profileBody({ email: ADA.email }, { meta: { patch_properties } }))

  await patch({ unset: 'a' })
  await patch({ unset: ['b'], append: { tags: 'z', seen: 'web' }, unappend: { tags: ['x'] } })

  expect(account.profileByEmail(ADA.email)?.attributes.properties).toEqual({ c: 3, tags: ['y', 'z'], seen: ['web'] })
})

test('unset takes a string or a list of strings and nothing else', async () => {
  const { ask } = await givenKlaviyo()

  const answer = await ask('POST /api/profile-import', profileBody(ADA, { meta: { patch_properties: { unset: 3 } } }))

  expect(answer.status).toBe(400)
  expect(answer.body.errors[0]).toMatchObject({
    detail: 'Unset must be a string or an array of strings (the property keys to unset).',
    source: { pointer: '/data/attributes/meta/patch_properties/unset' },
  })
})

test.each([
  ['email', 'ada', 'Invalid email address'],
  ['email', 'a..da@shop.test', 'Invalid email address'],
  ['email', '.ada@shop.test', 'Invalid email address'],
  ['email', 'ada.@shop.test', 'Invalid email address'],
  ['email', 'a#da@shop.test', 'Invalid email address'],
  ['email', 'ada@shop.t3', 'Invalid email address'],
  ['email', 'refused-1@shop.test', 'Invalid email address'],
  ['email', 'importerror-1@shop.test', 'This profile cannot be processed.'],
  ['phone_number', '0415 555', 'Invalid phone number format (Example of a valid format: +12345678901)'],
  ['first_name', 7, 'Not a valid string.'],
  ['subscriptions', {}, "'subscriptions' is not a valid field for the resource 'profile'."],
])('a profile whose %s is %j is refused with its pointer', async (field, value, detail) => {
  const { ask, account } = await givenKlaviyo()

  const answer = await ask('POST /api/profile-import', profileBody({ external_id: 'c-1', [field]: value }))

  expect(answer.status).toBe(400)
  expect(answer.body.errors).toMatchObject([
    { status: 400, code: 'invalid', title: 'Invalid input.', detail, source: { pointer: `/data/attributes/${field}` } },
  ])
  expect(account.size).toBe(0)
})

test('creating a profile forgives a bad phone number beside a good email, and says so in a header; an upsert does not', async () => {
  const { ask, account } = await givenKlaviyo()
  const person = profileBody({ email: 'ada@shop.test', phone_number: '12' })

  expect((await ask('POST /api/profile-import', person)).status).toBe(400)
  const created = await ask('POST /api/profiles', person)

  expect(created.status).toBe(201)
  expect(created.headers.get('x-klaviyo-partial-failure')).toBe('phone_number')
  expect(account.profileByEmail('ada@shop.test')?.attributes.phone_number).toBeNull()
})

test('a profile over 100 KB is refused', async () => {
  const { ask } = await givenKlaviyo()

  const answer = await ask(
    'POST /api/profile-import',
    profileBody({ ...ADA, properties: { text: 'x'.repeat(102_400) } }),
  )

  expect(answer.status).toBe(400)
})

test('a profile without any identifier is refused', async () => {
  const { ask } = await givenKlaviyo()

  expect((await ask('POST /api/profile-import', profileBody({ first_name: 'Ada' }))).status).toBe(400)
})

test('another integration changes, clears and removes fields of a profile at once, and they are noted as its own', async () => {
  const { account, ask } = await givenKlaviyo()
  const sent = { email: 'ada@shop.test', first_name: 'Ada', last_name: 'Old', properties: { tier: 'Gold', points: 5 } }
  const { id } = (await ask('POST /api/profile-import', profileBody(sent))).body.data

  account.writeProfile(id, { first_name: 'Eve', last_name: null, properties: { tier: 'Theirs' } }, ['points'])

  const shown = await ask(`GET /api/profiles?filter=any(id,["${id}","nobody"])`)
  expect(shown.body.data).toHaveLength(1)
  expect(shown.body.data[0].attributes).toMatchObject({
    first_name: 'Eve',
    last_name: null,
    properties: { tier: 'Theirs' },
  })
  expect(shown.body.data[0].attributes.properties).not.toHaveProperty('points')
  expect([...account.profileById(id)!.theirs!].sort()).toEqual(['first_name', 'properties.points', 'properties.tier'])
})
