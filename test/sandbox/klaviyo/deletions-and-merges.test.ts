import { expect, test } from 'vitest'
import { type GivenKlaviyo, givenKlaviyo, profileBody } from './given-klaviyo.ts'

const UPSERT = 'POST /api/profile-import'

function deletionBody(profile: object): object {
  return {
    data: { type: 'data-privacy-deletion-job', attributes: { profile: { data: { type: 'profile', ...profile } } } },
  }
}

async function givenProfile({ ask }: GivenKlaviyo, attributes: object): Promise<string> {
  return (await ask(UPSERT, profileBody(attributes))).body.data.id
}

test('a deletion answers 202 with nothing and happens later; the person can become a profile again', async () => {
  const given = await givenKlaviyo()
  const { ask, account, clock } = given
  const id = await givenProfile(given, { email: 'ada@shop.test', external_id: 'c-1' })

  const asked = await ask(
    'POST /api/data-privacy-deletion-jobs',
    deletionBody({ attributes: { email: 'ADA@shop.test' } }),
  )

  expect([asked.status, asked.text, account.size]).toEqual([202, '', 1])
  clock.now += 300
  expect(account.size).toBe(0)
  expect((await ask(`GET /api/profiles/${id}`)).body.errors[0].detail).toBe(`A profile with id ${id} does not exist.`)
  expect(account.deletions).toMatchObject([{ field: 'email', value: 'ADA@shop.test', profileId: id }])

  const again = await ask(UPSERT, profileBody({ email: 'ada@shop.test', external_id: 'c-1' }))
  expect(again.status).toBe(201)
  expect(again.body.data.id).not.toBe(id)
})

test('deleting somebody unknown is a 404, and more than one identifier is a 400', async () => {
  const given = await givenKlaviyo()
  const id = await givenProfile(given, { email: 'ada@shop.test' })
  const ask = (profile: object) => given.ask('POST /api/data-privacy-deletion-jobs', deletionBody(profile))

  const unknown = await ask({ attributes: { email: 'ben@shop.test' } })
  const both = await ask({ id, attributes: { email: 'ada@shop.test' } })
  const bare = await ask({ id })

  expect(unknown.status).toBe(404)
  expect(unknown.body.errors[0]).toMatchObject({
    code: 'not_found',
    detail: 'No profile with email "ben@shop.test" found.  The profile may have already been deleted.',
  })
  expect(both.status).toBe(400)
  expect(bare.status, 'the description requires attributes beside the id').toBe(400)
  expect(given.account.deletions).toEqual([])
})

test('a merge answers 202; the source resolves until it is done, then its data is in the destination', async () => {
  const given = await givenKlaviyo()
  const { ask, account, clock } = given
  const list = account.addList('Customers')
  const source = await givenProfile(given, {
    email: 'old@shop.test',
    phone_number: '+14155550100',
    first_name: 'Ada',
    properties: { a: 1, b: 1 },
  })
  const destination = await givenProfile(given, { email: 'new@shop.test', properties: { b: 2 } })
  await ask(`POST /api/lists/${list.id}/relationships/profiles`, { data: [{ type: 'profile', id: source }] })

  const merge = await ask('POST /api/profile-merge', {
    data: {
      type: 'profile-merge',
      id: destination,
      relationships: { profiles: { data: [{ type: 'profile', id: source }] } },
    },
  })

  expect([merge.status, merge.body.data.id]).toEqual([202, destination])
  expect((await ask(`GET /api/profiles/${source}`)).status).toBe(200)
  clock.now += 300
  expect((await ask(`GET /api/profiles/${source}`)).body.data.id, 'for a while it finds the other').toBe(destination)
  clock.now += 10_000
  expect((await ask(`GET /api/profiles/${source}`)).status).toBe(404)
  expect(account.profileById(destination)).toMatchObject({
    attributes: { email: 'new@shop.test', phone_number: '+14155550100', first_name: 'Ada', properties: { a: 1, b: 2 } },
    lists: new Set([list.id]),
  })
  expect(account.profileByEmail('old@shop.test')).toBeUndefined()
})

test('a merge or a deletion in Klaviyo itself happens at once and tells nobody', async () => {
  const given = await givenKlaviyo()
  const source = await givenProfile(given, { email: 'old@shop.test' })
  const destination = await givenProfile(given, { email: 'new@shop.test' })

  given.account.mergeProfiles(source, destination)
  expect(given.account.profileById(source)).toBeUndefined()
  given.account.deleteProfile(destination)
  expect(given.account.size).toBe(0)
})
