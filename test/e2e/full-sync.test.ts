import { expect, test } from 'vitest'
import { Merchant } from '#test/sandbox/merchant.ts'
import { rowsIn } from '../support/rows.ts'
import { type AdminPage, useAdmin } from './support/admin.ts'
import { figureOf, syncButton, untilUpToDate } from './support/card.ts'
import { anHourPasses, type GivenShop, givenSyncedShop } from './support/given-shop.ts'
import { clockInNewYork } from './support/in-new-york.ts'
import { useLockstep } from './support/lockstep.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

test('for an hour after a full sync the button is off, counts down and names the time; asked anyway, the server refuses', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  const opened = await admin.open(shop)
  const timer = opened.app.getByRole('timer')
  const first = await timer.innerText()

  expect(await syncButton(opened).isDisabled()).toBe(true)
  expect(first).toMatch(/^Can run again at \d+:\d\d [AP]M \(in (59:\d\d|1:00:00)\)$/)
  expect(first).toContain(clockInNewYork(new Date((await lastStart(shop)).getTime() + 60 * 60_000)))
  await expect.poll(() => timer.innerText()).not.toBe(first)
  const merchant = new Merchant({ app: lockstep.adminUrl, shopify: lockstep.shopify, shop: shop.domain })
  expect(await merchant.submit('/app.data?index', {})).toContain('too_soon')
  expect(await runsOf(shop)).toEqual(['connecting'])
})

test('when two pages press at once, one sync is started and the other page shows that', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  await anHourPasses(lockstep, shop)
  lockstep.shopify.faults.cause({ kind: 'status', status: 503, door: 'download' })
  const pages = [await admin.open(shop), await admin.open(shop)]
  await Promise.all(pages.map((page) => syncButton(page).click()))

  const heard = await Promise.all(pages.map((page) => answerOn(page)))
  expect(heard.sort()).toEqual(['Not started: a sync is already in progress.', 'Sync started'])
  expect(await runsOf(shop)).toEqual(['connecting', 'by_hand'])
  for (const { app } of pages) await app.getByText('0 of 20 customers read.').waitFor()
  lockstep.shopify.faults.clear()
  for (const page of pages) {
    await untilUpToDate(page.app)
    expect(await syncButton(page).isDisabled()).toBe(true)
    expect(await figureOf(page, 'Last full sync started at')).toContain(clockInNewYork(await lastStart(shop)))
  }
})

/** What a page says to a press of the button: in passing in the admin, or beside the button. */
function answerOn({ page, app }: AdminPage): Promise<string> {
  return Promise.any([page.locator('.toast span').innerText(), app.getByText(/^Not started/).innerText()])
}

async function runsOf({ domain }: GivenShop): Promise<string[]> {
  const rows = await rowsIn(
    lockstep.databaseUrl,
    'select trigger from sync_run where shop = $1 order by requested_at',
    [domain],
  )
  return rows.map((row) => row.trigger)
}

async function lastStart({ domain }: GivenShop): Promise<Date> {
  const [row] = await rowsIn(lockstep.databaseUrl, 'select full_sync_started_at as at from shop where domain = $1', [
    domain,
  ])
  return row.at
}
