import { expect, test } from 'vitest'
import { givenKlaviyo, profileBody } from './given-klaviyo.ts'

test('lists come ten at a time, and one can be made, renamed, counted and deleted', async () => {
  const { ask, account } = await givenKlaviyo()
  for (let i = 0; i < 11; i++) account.addList(`List ${i}`)

  const made = await ask('POST /api/lists', { data: { type: 'list', attributes: { name: 'Customers' } } })
  const path = `/api/lists/${made.body.data.id}`
  const first = await ask('GET /api/lists')
  const second = await ask(`GET ${first.body.links.next}`)
  const renamed = await ask(`PATCH ${path}`, {
    data: { type: 'list', id: made.body.data.id, attributes: { name: 'All' } },
  })
  const counted = await ask(`GET ${path}?additional-fields[list]=profile_count`)

  expect([made.status, made.body.data.attributes.opt_in_process]).toEqual([201, 'double_opt_in'])
  expect([first.body.data.length, second.body.data.length, second.body.links.next]).toEqual([10, 2, null])
  expect([renamed.body.data.attributes.name, counted.body.data.attributes.profile_count]).toEqual(['All', 0])
  expect((await ask(`DELETE ${path}`)).status).toBe(204)
  expect((await ask(`GET ${path}`)).status).toBe(404)
  expect((await ask('GET /api/lists?page[size]=11')).status).toBe(400)
})

test('profiles join and leave a list by id; one unknown id fails the whole call', async () => {
  const { ask, account } = await givenKlaviyo()
  const list = account.addList('Customers')
  const path = `/api/lists/${list.id}/relationships/profiles`
  const { body } = await ask('POST /api/profile-import', profileBody({ email: 'ada@shop.test' }))
  const ada = { type: 'profile', id: body.data.id }

  const failed = await ask(`POST ${path}`, { data: [ada, { type: 'profile', id: 'XYZABD' }] })
  expect(failed.status).toBe(400)
  expect(failed.body.errors[0]).toMatchObject({ detail: 'Invalid profile IDs: XYZABD', source: { pointer: '/data/' } })
  expect((await ask(`GET ${path}`)).body.data).toEqual([])

  expect((await ask(`POST ${path}`, { data: [ada] })).status).toBe(204)
  expect((await ask(`GET ${path}`)).body.data).toEqual([ada])
  expect((await ask(`GET /api/profiles/${ada.id}/relationships/lists`)).body.data).toEqual([
    { type: 'list', id: list.id },
  ])

  expect((await ask(`DELETE ${path}`, { data: [ada] })).status).toBe(204)
  expect(account.profileById(ada.id)?.lists.size).toBe(0)
})

test('a list that is deleted takes its memberships along', async () => {
  const { ask, account } = await givenKlaviyo()
  const list = account.addList('Customers')
  const { body } = await ask('POST /api/profile-import', profileBody({ email: 'ada@shop.test' }))
  await ask(`POST /api/lists/${list.id}/relationships/profiles`, { data: [{ type: 'profile', id: body.data.id }] })

  await ask(`DELETE /api/lists/${list.id}`)

  expect(account.profileById(body.data.id)?.lists.size).toBe(0)
  expect((await ask(`POST /api/lists/${list.id}/relationships/profiles`, { data: [] })).status).toBe(404)
})
