import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { findConnection, refuseConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, givenInstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()

const HOUR_MS = 60 * 60_000
const start = (shop: ShopDomain) => startFullSync(shop, { trigger: 'by_hand', by: 'Ada', now: clock() })

test('of fifty clicks at once one starts a sync; the others are informed that it runs', async () => {
  const { domain } = await givenConnectedShop(sandbox)
  skip(HOUR_MS)

  const outcomes = await Promise.all(Array.from({ length: 50 }, () => start(domain)))

  expect(outcomes.filter(({ kind }) => kind === 'started')).toHaveLength(1)
  expect(outcomes.filter(({ kind }) => kind === 'already_running')).toHaveLength(49)
  const runs = 'select trigger, started_by from sync_run where shop = $1 order by requested_at'
  expect(await rowsIn(sandbox.databaseUrl, runs, [domain])).toEqual([
    { trigger: 'connecting', started_by: null },
    { trigger: 'by_hand', started_by: 'Ada' },
  ])
})

test('a sync that is requested too soon returns when it may be started: an hour after the last, including that of connecting', async () => {
  const given = await givenInstalledShop(sandbox)
  const connectedAt = clock()
  await connectKlaviyo(given.domain, given.key, connectedAt)
  await syncToRest(given.domain)
  expect(await start(given.domain)).toEqual({ kind: 'too_soon', againAt: new Date(connectedAt.getTime() + HOUR_MS) })

  skip(connectedAt.getTime() + HOUR_MS - Date.now())
  expect(await start(given.domain)).toMatchObject({ kind: 'started' })
})

test('for a shop without a connection, or with a refused one, the reason is returned', async () => {
  const { domain } = await givenInstalledShop(sandbox)
  expect(await start(domain)).toEqual({ kind: 'not_connected' })

  const refused = await givenConnectedShop(sandbox)
  skip(HOUR_MS)
  await refuseConnection((await findConnection(refused.domain, autocommit))!, clock())
  expect(await start(refused.domain)).toEqual({ kind: 'refused' })
})
