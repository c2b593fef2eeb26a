import { afterEach, expect, test } from 'vitest'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import { autocommit, rowsOf, sql } from '#app/store/database.ts'
import { findOpenCredential } from '#app/sync/connection/open-credential.ts'
import { clock, skip } from '#test/support/clock.ts'
import { givenOAuthShop } from '#test/support/oauth.ts'
import { useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
const HOUR_MS = 3_600_000
/** More than this process has connections to the database. */
const SHOPS = 12

const tokenOf = (access: KlaviyoAccess) =>
  access.kind === 'oauth' ? access.token(null) : Promise.reject(new Error('not by OAuth'))

afterEach(() => sandbox.klaviyo.oauth.clearFaults())

test('while Klaviyo gives no tokens and no answer, the database stays free for other shops, and every renewal ends as an outage', {
  timeout: 60_000,
}, async () => {
  const shops = []
  for (let i = 0; i < SHOPS; i++) shops.push((await givenOAuthShop(sandbox)).domain)
  skip(2 * HOUR_MS)
  sandbox.klaviyo.oauth.fail({ kind: 'hang' }, SHOPS)

  const opened = await Promise.all(shops.map((shop) => findOpenCredential(shop, clock)))
  const renewals = Promise.allSettled(opened.map((one) => tokenOf(one!.access)))
  const begun = performance.now()
  for (let i = 0; i < 5; i++) await rowsOf(sql`select 1`, autocommit)
  const tookMs = performance.now() - begun

  const kinds = (await renewals).map((one) => (one.status === 'fulfilled' ? one.value.kind : String(one.reason)))
  expect(kinds).toEqual(Array(SHOPS).fill('unavailable'))
  expect(tookMs).toBeLessThan(1_000)
})
