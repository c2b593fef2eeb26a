import { expect, test } from 'vitest'
import { type GivenKlaviyo, givenKlaviyo, profileBody } from './given-klaviyo.ts'

async function givenProfiles({ ask }: GivenKlaviyo, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    const attributes = { email: `p${i}+x@shop.test`, external_id: `c-${i}`, location: { city: 'London', zip: 'N1' } }
    ids.push((await ask('POST /api/profile-import', profileBody(attributes))).body.data.id)
  }
  return ids
}

test('pages have 20 profiles, or as many as asked up to 100, and the last one has no next', async () => {
  const given = await givenKlaviyo({ limits: 'off' })
  const ids = await givenProfiles(given, 45)

  const seen: string[] = []
  let next: string | null = '/api/profiles'
  const sizes: number[] = []
  while (next !== null) {
    const page = await given.ask(`GET ${next}`)
    sizes.push(page.body.data.length)
    seen.push(...page.body.data.map((profile: { id: string }) => profile.id))
    next = page.body.links.next
  }

  expect(sizes).toEqual([20, 20, 5])
  expect(seen).toEqual(ids)
  expect((await given.ask('GET /api/profiles?page[size]=100')).body.data).toHaveLength(45)
  expect((await given.ask('GET /api/profiles?page[size]=101')).status).toBe(400)
})

test('a profile that goes between two pages does not hide another', async () => {
  const given = await givenKlaviyo({ limits: 'off' })
  const ids = await givenProfiles(given, 5)

  const first = await given.ask('GET /api/profiles?page[size]=2')
  given.account.deleteProfile(ids[0]!)
  const second = await given.ask(`GET ${first.body.links.next}`)

  expect(second.body.data.map((profile: { id: string }) => profile.id)).toEqual([ids[2], ids[3]])
})

test.each([
  ['any(email,["p1+x@shop.test","P2+X@shop.test","nobody@shop.test"])', [1, 2]],
  ['equals(email,"p1+x@shop.test")', [1]],
  ["equals(external_id,'c-2')", [2]],
  ['any(external_id,["c-0","c-1"]),equals(email,"p1+x@shop.test")', [1]],
  ['equals(phone_number,"+14155550100")', []],
])('the filter %s finds its profiles', async (filter, expected) => {
  const given = await givenKlaviyo()
  const ids = await givenProfiles(given, 3)

  const found = await given.ask(`GET /api/profiles?filter=${encodeURIComponent(filter)}`)

  expect(found.body.data.map((profile: { id: string }) => ids.indexOf(profile.id))).toEqual(expected)
})

test('a filter that Klaviyo does not know is a 400 with the parameter as its source', async () => {
  const { ask } = await givenKlaviyo()

  const answer = await ask('GET /api/profiles?filter=equals(first_name,"Ada")')

  expect(answer.status).toBe(400)
  expect(answer.body.errors[0].source).toEqual({ parameter: 'filter' })
})

test('sparse fields show what was asked for, and subscriptions only when asked', async () => {
  const given = await givenKlaviyo()
  const [id] = await givenProfiles(given, 1)

  const sparse = await given.ask(`GET /api/profiles/${id}?fields[profile]=email,location.city`)
  const added = await given.ask(`GET /api/profiles/${id}?additional-fields[profile]=subscriptions`)

  expect(sparse.body.data.attributes).toEqual({ email: 'p0+x@shop.test', location: { city: 'London' } })
  expect(added.body.data.attributes.subscriptions.email.marketing).toMatchObject({
    can_receive_email_marketing: true,
    consent: 'NEVER_SUBSCRIBED',
  })
})

test('an include that is not allowed is named', async () => {
  const { ask } = await givenKlaviyo()

  const answer = await ask('GET /api/profiles?include=profiless')

  expect(answer.body.errors[0]).toMatchObject({
    detail: "'profiless' is not an allowed include parameter for this resource.",
    source: { parameter: 'include' },
  })
})
