import { expect, test } from 'vitest'
import { app, givenApp } from './given-app.ts'

const DAY_MS = 86_400_000

test('a code gives tokens for the account of the person who allowed it', async () => {
  const { codeFor, exchange, statusOf } = await givenApp()

  const { status, body } = await exchange(codeFor('XYZ789'))

  expect(status).toBe(200)
  expect(body).toMatchObject({ expires_in: 3600, token_type: 'Bearer', scope: app.scopes.join(' ') })
  expect(await statusOf(body.access_token)).toBe(200)
})

test('a code is good for five minutes, once, and with the same redirect URI', async () => {
  const { clock, codeFor, exchange } = await givenApp()
  const [used, late, elsewhere] = [codeFor(), codeFor(), codeFor()]
  await exchange(used)

  const again = await exchange(used)
  const other = await exchange(elsewhere, { redirect_uri: app.redirectUris[1]! })
  clock.now += 5 * 60_000 + 1
  const tooLate = await exchange(late)

  for (const { status, body } of [again, other, tooLate]) expect([status, body.error]).toEqual([400, 'invalid_grant'])
})

test('a wrong verifier has an error of its own', async () => {
  const { codeFor, exchange } = await givenApp()

  const wrong = await exchange(codeFor(), { code_verifier: 'w'.repeat(64) })
  const short = await exchange(codeFor(), { code_verifier: 'short' })

  expect(wrong.body.error_description).toBe('Code challenge failed.')
  expect(short.body.error_description).toBe('Invalid "code_verifier"')
})

test('the app shows its id and secret in a Basic header, and sends a form', async () => {
  const { codeFor, token } = await givenApp()
  const form = { grant_type: 'authorization_code', code: codeFor(), client_id: 'client', client_secret: 'secret' }

  for (const authorization of ['', 'Basic bm9uZTpub25l', `Basic ${Buffer.from('client:wrong').toString('base64')}`]) {
    const { status, body } = await token(form, { authorization })
    expect([status, body.error]).toEqual([401, 'invalid_client'])
  }
  expect((await token(form, { 'content-type': 'application/json' })).body.error).toBe('invalid_grant_type')
  expect((await token({ grant_type: 'password' })).body.error).toBe('invalid_grant_type')
})

test.each([
  ['same', true, true],
  ['rotating', false, true],
  ['strict', false, false],
] as const)('refresh tokens: %s', async (rotation, isSame, oldWorks) => {
  const { klaviyo, codeFor, exchange, refresh } = await givenApp()
  const { body: first } = await exchange(codeFor())
  klaviyo.oauth.rotation = rotation

  const { body: second } = await refresh(first.refresh_token)

  expect(second.refresh_token === first.refresh_token).toBe(isSame)
  expect((await refresh(first.refresh_token)).status).toBe(oldWorks ? 200 : 400)
  expect((await refresh(second.refresh_token)).status).toBe(200)
})

test('an access token works until its own expiry, also when it was refreshed before', async () => {
  const { clock, codeFor, exchange, refresh, statusOf } = await givenApp()
  const { body: first } = await exchange(codeFor())
  clock.now += 3_000_000
  const { body: second } = await refresh(first.refresh_token)

  expect(await statusOf(first.access_token)).toBe(200)
  clock.now += 600_000
  expect(await statusOf(first.access_token)).toBe(401)
  expect(await statusOf(second.access_token)).toBe(200)
})

test('the eleventh refresh in a minute is a 429', async () => {
  const { clock, codeFor, exchange, refresh } = await givenApp()
  const { body } = await exchange(codeFor())

  const statuses: number[] = []
  for (let n = 0; n < 11; n++) statuses.push((await refresh(body.refresh_token)).status)
  clock.now += 60_000

  expect(statuses).toEqual([...Array(10).fill(200), 429])
  expect((await refresh(body.refresh_token)).status).toBe(200)
})

test.each(['invalid_grant', 'invalid_grant_type'] as const)(
  'after a revocation, an uninstallation and 90 days without use, a refresh token is dead (%s)',
  async (deadToken) => {
    const { klaviyo, clock, codeFor, exchange, refresh, revoke, statusOf } = await givenApp()
    klaviyo.oauth.deadToken = deadToken

    const revoked = (await exchange(codeFor())).body
    const revocation = await revoke(revoked.refresh_token)
    expect([revocation.status, revocation.text]).toEqual([200, ''])
    expect(klaviyo.oauth.isInstalled('ABC123')).toBe(false)
    expect(await statusOf(revoked.access_token)).toBe(401)
    expect((await refresh(revoked.refresh_token)).body.error).toBe(deadToken)

    const uninstalled = (await exchange(codeFor())).body
    klaviyo.oauth.uninstall('ABC123')
    expect((await refresh(uninstalled.refresh_token)).body.error).toBe(deadToken)

    const idle = (await exchange(codeFor())).body
    clock.now += 90 * DAY_MS
    expect((await refresh(idle.refresh_token)).status).toBe(200)
    clock.now += 90 * DAY_MS + 1
    expect((await refresh(idle.refresh_token)).body.error).toBe(deadToken)
  },
)

test('fewer scopes than asked are said in the answer, and a call without its scope is a 403', async () => {
  const { klaviyo, codeFor, exchange, statusOf } = await givenApp()
  klaviyo.oauth.allowedScopes = ['accounts:read', 'profiles:read']

  const { body } = await exchange(codeFor())

  expect(body.scope).toBe('accounts:read profiles:read')
  expect(await statusOf(body.access_token, 'GET /api/profiles')).toBe(200)
  expect(await statusOf(body.access_token, 'GET /api/lists')).toBe(403)
})

test('an installation has a quota of its own, beside that of the account’s keys', async () => {
  const { ask, codeFor, exchange, statusOf } = await givenApp()
  const { body } = await exchange(codeFor())

  expect((await ask('GET /api/accounts')).status).toBe(200)
  expect((await ask('GET /api/accounts')).status).toBe(429)
  expect(await statusOf(body.access_token)).toBe(200)
  expect(await statusOf(body.access_token)).toBe(429)
})

test('whoever authorizes again may choose another account', async () => {
  const { ask, codeFor, exchange } = await givenApp()
  const accountOf = async (token: string) =>
    (await ask('GET /api/accounts', undefined, { key: null, headers: { authorization: `Bearer ${token}` } })).body
      .data[0].id

  const first = (await exchange(codeFor('ABC123'))).body
  const second = (await exchange(codeFor('XYZ789'))).body

  expect([await accountOf(first.access_token), await accountOf(second.access_token)]).toEqual(['ABC123', 'XYZ789'])
})

test('answers can fail, be lost, or come from a firewall', async () => {
  const { klaviyo, codeFor, exchange, refresh } = await givenApp()
  const { body } = await exchange(codeFor())

  klaviyo.oauth.fail({ kind: 'status', status: 503 })
  expect((await refresh(body.refresh_token)).status).toBe(503)
  klaviyo.oauth.fail({ kind: 'html' })
  expect((await refresh(body.refresh_token)).headers.get('content-type')).toBe('text/html')
  klaviyo.oauth.rotation = 'strict'
  klaviyo.oauth.fail({ kind: 'lost' })
  await expect(refresh(body.refresh_token)).rejects.toThrow('fetch failed')
  expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant')
})
