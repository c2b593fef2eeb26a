import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { givenKlaviyo, importBody, profileBody } from './given-klaviyo.ts'
import { operationNames, operations } from './operations.ts'

const UPSERT = 'POST /api/profile-import'

test('no key, an unknown key and a revoked key are told apart from a missing scope', async () => {
  const { ask, klaviyo } = await givenKlaviyo()

  const none = await ask('GET /api/lists', undefined, { key: null })
  const unknown = await ask('GET /api/lists', undefined, { key: 'pk_nobody' })
  klaviyo.revokeKey('pk_full')
  const revoked = await ask('GET /api/lists')

  expect([none.status, none.body.errors[0].code]).toEqual([401, 'not_authenticated'])
  expect([unknown.status, unknown.body.errors[0].code]).toEqual([401, 'authentication_failed'])
  expect(unknown.body.errors[0].detail).toBe('Incorrect authentication credentials.')
  expect([revoked.status, revoked.headers.get('ratelimit-limit')]).toEqual([401, null])
})

test('an unknown key and an oversized body can be made to answer 400', async () => {
  const { ask } = await givenKlaviyo({ disputed: { unknownKey: 400, oversize: 400 } })

  expect((await ask('GET /api/lists', undefined, { key: 'pk_nobody' })).status).toBe(400)
  expect((await ask(UPSERT, ' '.repeat(5_000_001))).status).toBe(400)
})

test.each(operationNames.filter((name) => operations[name].method === 'POST'))(
  '%s: POST {} is a 403 without one of the scopes, and goes on to the body with all of them',
  async (name) => {
    const { ask, klaviyo } = await givenKlaviyo()
    const { path, scopes } = operations[name]
    klaviyo.addAccount({
      id: 'XYZ789',
      name: 'Other',
      keys: [
        { key: 'pk_right', scopes },
        ...scopes.map((lacking) => ({ key: `pk_${lacking}`, scopes: scopes.filter((scope) => scope !== lacking) })),
      ],
    })
    const list = klaviyo.account('XYZ789').addList('Customers')
    const request = `POST ${path.replace('{id}', list.id)}`

    for (const lacking of scopes) {
      const { status, body } = await ask(request, {}, { key: `pk_${lacking}` })
      expect([status, body.errors[0].code]).toEqual([403, 'permission_denied'])
    }
    klaviyo.reset()
    const { status } = await ask(request, {}, { key: 'pk_right' })
    expect(status).toBe(name === 'create_webhook' ? 403 : path.includes('{id}') ? 404 : 400)
  },
)

test('the revision header is required, and a retired one is gone', async () => {
  const { ask } = await givenKlaviyo()

  expect((await ask('GET /api/lists', undefined, { headers: { revision: '' } })).status).toBe(400)
  expect((await ask('GET /api/lists', undefined, { headers: { revision: '2023-02-22' } })).status).toBe(410)
})

test('both JSON content types are taken, any other is a 415', async () => {
  const { ask } = await givenKlaviyo()
  const statusOf = async (type: string) => {
    return (await ask(UPSERT, profileBody({ email: 'ada@shop.test' }), { headers: { 'content-type': type } })).status
  }

  expect(await statusOf('application/json; charset=utf-8')).toBe(201)
  expect(await statusOf('application/vnd.api+json')).toBe(200)
  expect(await statusOf('text/plain')).toBe(415)
})

test('answers are JSON:API, and bodies that are not JSON are refused', async () => {
  const { ask } = await givenKlaviyo()

  const answer = await ask(UPSERT, '{"data":')

  expect(answer.status).toBe(400)
  expect(answer.headers.get('content-type')).toBe('application/vnd.api+json')
})

test('gzip is taken and measured unpacked', async () => {
  const { ask, account, clock } = await givenKlaviyo()
  const send = (body: object) => {
    const packed = new Uint8Array(gzipSync(JSON.stringify(body)))
    return ask('POST /api/profile-bulk-import-jobs', packed, { headers: { 'content-encoding': 'gzip' } })
  }
  const padded = Array.from({ length: 100 }, (_, i) => ({
    external_id: `c-${i}`,
    properties: { text: 'x'.repeat(60_000) },
  }))

  expect((await send(importBody([{ email: 'ada@shop.test' }]))).status).toBe(202)
  expect((await send(importBody(padded))).status).toBe(413)
  clock.now += 300
  expect(account.size).toBe(1)
})

test('a trailing slash makes no difference, an unknown path is a 404 and a wrong method a 405', async () => {
  const { ask } = await givenKlaviyo()

  expect((await ask('GET /api/lists/')).status).toBe(200)
  expect((await ask('GET /api/nothing')).status).toBe(404)
  expect((await ask('PATCH /api/lists')).status).toBe(405)
})

test('the log tells whose key asked for what, and keys never reach another account', async () => {
  const { ask, klaviyo } = await givenKlaviyo()
  klaviyo.addAccount({ id: 'XYZ789', name: 'Other', keys: [{ key: 'pk_other', scopes: 'full' }] })
  const { body } = await ask(UPSERT, profileBody({ email: 'ada@shop.test' }))

  const stranger = await ask(`GET /api/profiles/${body.data.id}`, undefined, { key: 'pk_other' })

  expect(stranger.status).toBe(404)
  expect(klaviyo.account('XYZ789').size).toBe(0)
  expect(klaviyo.log.entries).toMatchObject([
    { key: 'pk_full', account: 'ABC123', operation: 'create_or_update_profile', status: 201, profiles: 1, fault: null },
    {
      key: 'pk_other',
      account: 'XYZ789',
      operation: 'get_profile',
      path: `/api/profiles/${body.data.id}`,
      status: 404,
    },
  ])
  expect(klaviyo.log.counts()).toEqual({ create_or_update_profile: 1, get_profile: 1 })
})

test('a reset forgets everything that came in and keeps accounts and keys', async () => {
  const { ask, klaviyo, account } = await givenKlaviyo()
  await ask(UPSERT, profileBody({ email: 'ada@shop.test' }))
  klaviyo.faults.add({ kind: 'status', status: 503 })

  klaviyo.reset()

  expect([account.size, klaviyo.log.entries.length]).toEqual([0, 0])
  expect((await ask('GET /api/accounts')).body.data[0].id).toBe('ABC123')
})
