import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import { authorizeAddress, newVerifier } from '#app/klaviyo/authorize-address.ts'
import { exchangeCode, refreshTokens, revokeTokens } from '#app/klaviyo/oauth-tokens.ts'
import { callEnded } from '#app/telemetry/facts.ts'
import { type StandInKlaviyo, startKlaviyo } from '#test/sandbox/klaviyo/server.ts'
import { KLAVIYO_APP } from '#test/support/sandbox.ts'

let klaviyo: StandInKlaviyo

beforeAll(async () => {
  klaviyo = await startKlaviyo({ port: Number(config.klaviyoBaseUrl.port) })
  klaviyo.oauth.addApp(KLAVIYO_APP)
  klaviyo.addAccount({ id: 'ABC123', name: 'Ada & Sons', keys: [] })
})
afterEach(() => klaviyo.oauth.addApp(KLAVIYO_APP))
afterAll(() => klaviyo.close())

const redirectUri = KLAVIYO_APP.redirectUris[0]!

/** What the app keeps and gets when a merchant allows it. */
function allowed() {
  const verifier = newVerifier()
  const address = authorizeAddress({ redirectUri, state: 'kept', verifier })!
  const back = new URL(klaviyo.oauth.allow(address, 'ABC123')).searchParams
  return { verifier, redirectUri, code: back.get('code')!, state: back.get('state') }
}

async function givenGrant() {
  const outcome = await exchangeCode(allowed())
  if (outcome.kind !== 'answered') throw new Error(outcome.kind)
  return outcome.grant
}

test('a merchant who allows the app gives it tokens with every scope it needs', async () => {
  const back = allowed()

  const outcome = await exchangeCode(back)

  expect(back.state).toBe('kept')
  expect(back.verifier).toHaveLength(86)
  expect(outcome).toMatchObject({
    kind: 'answered',
    grant: { expiresInMs: 3_600_000, scopes: [...KLAVIYO_APP.scopes].sort() },
  })
})

test('a code that was used, and a verifier of another tab, are told apart', async () => {
  const back = allowed()
  await exchangeCode(back)
  expect(await exchangeCode(back)).toEqual({ kind: 'grant_invalid' })

  for (const words of ['words', 'code'] as const) {
    klaviyo.oauth.verifierWords = words
    expect(await exchangeCode({ ...allowed(), verifier: newVerifier() })).toEqual({ kind: 'verifier_wrong' })
  }
})

test('a wrong secret is the operator’s fault, and says nothing about the grant', async () => {
  const { refreshToken } = await givenGrant()
  klaviyo.oauth.addApp({ ...KLAVIYO_APP, clientSecret: 'a new one' })

  expect(await refreshTokens(refreshToken)).toEqual({ kind: 'client_invalid' })
  expect(await revokeTokens(refreshToken)).toEqual({ kind: 'client_invalid' })
  expect(await exchangeCode(allowed())).toEqual({ kind: 'client_invalid' })
})

test.each(['invalid_grant', 'invalid_grant_type'] as const)(
  'a refresh token is dead after the app was uninstalled (%s), and a revocation is then done',
  async (deadToken) => {
    klaviyo.oauth.deadToken = deadToken
    const { refreshToken } = await givenGrant()
    expect(await refreshTokens(refreshToken)).toMatchObject({ kind: 'answered' })

    klaviyo.oauth.uninstall('ABC123')

    expect(await refreshTokens(refreshToken)).toEqual({ kind: 'grant_invalid' })
    expect(await revokeTokens(refreshToken)).toEqual({ kind: 'done' })
  },
)

test('a revocation uninstalls the app', async () => {
  const { refreshToken } = await givenGrant()

  expect(await revokeTokens(refreshToken)).toEqual({ kind: 'done' })

  expect(klaviyo.oauth.isInstalled('ABC123')).toBe(false)
})

test('an outage, a firewall’s page and a lost answer say nothing about the grant', async () => {
  const { refreshToken } = await givenGrant()
  const faults = [
    { kind: 'status', status: 503 },
    { kind: 'status', status: 404 },
    { kind: 'html' },
    { kind: 'lost' },
  ] as const
  for (const fault of faults) {
    klaviyo.oauth.fail(fault)
    expect(await refreshTokens(refreshToken)).toEqual({ kind: 'unavailable' })
  }
  expect(await refreshTokens(refreshToken)).toMatchObject({ kind: 'answered' })
})

test('too many refreshes wait as long as Klaviyo says', async () => {
  const { refreshToken } = await givenGrant()
  const outcomes = []
  for (let n = 0; n < 21; n++) outcomes.push(await refreshTokens(refreshToken))
  expect(outcomes).toContainEqual({ kind: 'throttled', retryAfterMs: 30_000 })
})

test('requests for tokens are counted and traced like all calls to Klaviyo, without what was sent', async () => {
  const calls: unknown[] = []
  callEnded.hear((call) => calls.push(call))
  const { refreshToken } = await givenGrant()
  klaviyo.oauth.fail({ kind: 'status', status: 503 })
  await refreshTokens(refreshToken)
  await revokeTokens(refreshToken)

  const common = { service: 'klaviyo', tookMs: expect.any(Number), endedAt: expect.any(Date) }
  expect(calls).toEqual([
    { ...common, operation: 'POST /oauth/token', outcome: 'answered' },
    { ...common, operation: 'POST /oauth/token', outcome: 'unavailable' },
    { ...common, operation: 'POST /oauth/revoke', outcome: 'answered' },
  ])
})
