import { expect, test } from 'vitest'
import { checkLaw } from '#test/sandbox/law/check-law.ts'
import { readLockstepRows } from '#test/sandbox/law/lockstep-rows.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import { type AdminPage, useAdmin } from './support/admin.ts'
import { figureOf, syncButton, untilUpToDate } from './support/card.ts'
import { type GivenShop, givenShop, givenSyncedShop, untilAtRest } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { giveOutOnly, NO_FILE } from './support/partial-file.ts'
import { leavePicture } from './support/pictures.ts'
import { askToTurnOn, choose, integrationSwitch, turnOffBy } from './support/switch.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const CUSTOMERS = 6_000
const CHANGED = 20

/** Of the customers' file: the first chunk is delivered, and the run stays there. */
const FIRST_CHUNK_BYTES = 3_400_000

/** Connects a shop, whose backfill stands when it has delivered the first part. */
async function givenBackfillInTheMiddle(): Promise<{ shop: GivenShop; opened: AdminPage }> {
  const shop = givenShop(lockstep, { customers: CUSTOMERS })
  const opened = await admin.open(shop, '/app/settings')
  const { app } = opened
  lockstep.shopify.faults.cause(NO_FILE)
  await app.getByLabel('Private API key').fill(shop.key)
  await app.getByRole('button', { name: 'Connect and sync' }).click()
  await app.getByRole('link', { name: 'View sync status' }).click()
  await app.getByText('0 of 6,000 customers read.').waitFor()
  await giveOutOnly(lockstep, FIRST_CHUNK_BYTES)
  await expect.poll(() => lockstep.klaviyo.account(shop.accountId).jobs().length).toBe(1)
  await app.getByText(/^[1-9][\d,]* of 6,000 customers read\.$/).waitFor()
  return { shop, opened }
}

/** Connects a shop and turns the integration off in the middle of the backfill; then some of its customers change. */
async function givenShopOffInTheMiddle(): Promise<{ shop: GivenShop; opened: AdminPage; changed: Customer[] }> {
  const { shop, opened } = await givenBackfillInTheMiddle()
  await turnOffBy(opened)
  const changed = changeSome(shop)
  await shop.shop.webhooks.flush()
  await opened.visit('/app')
  await opened.app.getByText(/, 20 changes held\.$/).waitFor()
  lockstep.shopify.faults.clear()
  return { shop, opened, changed }
}

/** Until the changes are older than Shopify's clock may differ from ours: what is said at the switch-on itself counts as future. */
async function untilPast(changed: readonly Customer[]): Promise<void> {
  const newest = Math.max(...changed.map(({ updatedAt }) => Date.parse(updatedAt)))
  await expect.poll(() => Date.now() - newest, { timeout: 10_000 }).toBeGreaterThan(3_000)
}

/** Edits and points, half of it of customers the run has read already. */
function changeSome(shop: GivenShop): Customer[] {
  const { customers } = shop.shop
  const sound = [...customers.all()].filter(
    ({ defaultEmailAddress: address }) => address?.validFormat && !address.emailAddress.startsWith('refused.'),
  )
  const isRead = (customer: Customer) => profileOf(shop, customer) !== undefined
  const unread = sound.filter((customer) => !isRead(customer))
  const chosen = [...sound.filter(isRead).slice(0, CHANGED / 2), ...unread.slice(0, CHANGED / 2)]
  for (const [i, { id }] of chosen.entries()) {
    if (i % 2 === 0) customers.update(id, { firstName: `While off ${i}` })
    else customers.setLoyalty(id, { points: 1_000_000 + i })
  }
  return chosen.map(({ id }) => customers.get(id)!)
}

function profileOf(shop: GivenShop, customer: Customer) {
  return lockstep.klaviyo
    .account(shop.accountId)
    .profileByEmail(customer.defaultEmailAddress!.emailAddress.trim().toLowerCase())
}

async function expectLaw(shop: GivenShop) {
  const report = async () =>
    checkLaw(
      shop.shop,
      lockstep.klaviyo.account(shop.accountId),
      await readLockstepRows(lockstep.databaseUrl, shop.domain),
    )
  await expect.poll(async () => (await report()).differences, { timeout: 60_000 }).toEqual([])
  return report()
}

test('off in the middle of the backfill: it stops cleanly, holds what changes, and goes on where it stopped', async () => {
  const { shop, opened, changed } = await givenShopOffInTheMiddle()
  const { app } = opened
  const sentWhileOff = lockstep.klaviyo.log.entries.length
  expect(await app.getByText(/^A full sync is paused at [1-9][\d,]* of 6,000 customers\.$/).isVisible()).toBe(true)
  expect(await syncButton(opened).isDisabled()).toBe(true)
  await leavePicture(opened, 'off')

  await askToTurnOn(opened)
  expect(await app.getByRole('radio').count()).toBe(3)
  expect(await app.getByRole('radio', { name: 'Resume' }).isChecked()).toBe(true)
  await leavePicture(opened, 'turn-on')
  expect(lockstep.klaviyo.log.entries.length).toBe(sentWhileOff)
  await app.getByRole('button', { name: 'Turn on' }).click()
  await untilUpToDate(app)

  const law = await expectLaw(shop)
  expect(law.synced).toBeGreaterThan(5_000)
  for (const customer of changed) expect(profileOf(shop, customer)).toBeDefined()
  await opened.visit('/app/activity')
  await app.getByText('after connecting').first().waitFor()
  await leavePicture(opened, 'activity')
})

test('on with past and future changes: a full sync sends the differences, and the paused one is over', async () => {
  const { shop, opened } = await givenShopOffInTheMiddle()
  const { app } = opened
  await askToTurnOn(opened)
  await choose(opened, 'Past and future changes')
  await app.getByRole('button', { name: 'Turn on' }).click()
  await untilUpToDate(app)
  await expectLaw(shop)
})

test('on with future changes only: customers that have not changed since are not sent, and those that change are', async () => {
  const { shop, opened, changed } = await givenShopOffInTheMiddle()
  const { app } = opened
  await untilPast(changed)
  const before = lockstep.klaviyo.account(shop.accountId).size
  await askToTurnOn(opened)
  await choose(opened, 'Future changes only')
  await app.getByRole('button', { name: 'Turn on' }).click()
  await untilUpToDate(app)
  await untilAtRest(lockstep, shop)
  expect(lockstep.klaviyo.account(shop.accountId).size).toBe(before)
  for (const customer of changed.slice(CHANGED / 2)) expect(profileOf(shop, customer)).toBeUndefined()
  const law = await expectLaw(shop)
  expect(law.futureOnly).toBeGreaterThan(1_000)
  const left = law.futureOnly.toLocaleString('en-US')
  await expect.poll(() => figureOf(opened, 'Left as is (future changes only)'), { timeout: 25_000 }).toBe(left)

  const next = changed.at(-1)!
  shop.shop.customers.update(next.id, { firstName: 'After' })
  await expect.poll(() => profileOf(shop, next)?.attributes.first_name).toBe('After')
  expect((await expectLaw(shop)).futureOnly).toBe(law.futureOnly - 1)
})

test('on with a reset: it wants the word, forgets everything, and starts as if for the first time', async () => {
  const { shop, opened } = await givenShopOffInTheMiddle()
  const { app } = opened
  await askToTurnOn(opened)
  await app.getByRole('button', { name: 'Advanced' }).click()
  await choose(opened, 'Reset')
  await expect.poll(() => app.getByRole('radio', { name: 'Resume' }).count()).toBe(0)
  await app.getByRole('button', { name: 'Turn on' }).click()
  await app.getByText('Type RESET to confirm the reset.').waitFor()
  await leavePicture(opened, 'reset')
  await app.getByLabel('Type RESET to confirm', { exact: true }).fill('reset')
  await app.getByRole('button', { name: 'Turn on' }).click()
  await untilUpToDate(app)
  const law = await expectLaw(shop)
  await app.getByText(`(${law.synced.toLocaleString('en-US')} total)`).waitFor()
})

test('two pages: the outdated one is refused, and changes nothing', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  const [first, second] = [await admin.open(shop), await admin.open(shop)]
  await integrationSwitch(second).click()
  await second.app.getByRole('button', { name: 'Turn off' }).waitFor()
  await turnOffBy(first)
  await askToTurnOn(first)
  await first.app.getByRole('button', { name: 'Turn on' }).click()
  await untilUpToDate(first.app)

  await second.app.getByRole('button', { name: 'Turn off' }).click()
  await second.app
    .getByText('Someone changed this on another page. Nothing was changed. The current settings are shown.')
    .waitFor()
  expect(await integrationSwitch(second).getAttribute('aria-checked')).toBe('true')
})

test('a full sync is cancelled in the middle: what was delivered stays, and its page shows how far it got and who cancelled it', async () => {
  const { shop, opened } = await givenBackfillInTheMiddle()
  const { app } = opened

  await app.getByRole('button', { name: /^Cancel/ }).click()
  await app.getByRole('button', { name: 'Cancel run' }).click()
  await untilAtRest(lockstep, shop)
  const delivered = lockstep.klaviyo.account(shop.accountId).size
  expect(delivered).toBeGreaterThan(1_000)
  await opened.visit('/app/activity')
  await app
    .getByRole('link', { name: /full sync/i })
    .first()
    .click()
  await app
    .getByText(/by you/)
    .first()
    .waitFor()
  await leavePicture(opened, 'run')
})

test('the settings save a sync delay, report an invalid one, and discard a draft', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  const opened = await admin.open(shop, '/app/settings')
  const { app, page } = opened
  const bar = (button: string) => page.getByRole('button', { name: button, exact: true })
  await choose(opened, 'Wait between syncs')
  expect(await app.getByLabel('How long to wait').inputValue()).toBe('15')
  await leavePicture(opened, 'settings-delay')
  await bar('Discard').click()
  await expect.poll(() => app.getByRole('radio', { name: 'Immediately' }).isChecked()).toBe(true)

  await choose(opened, 'Wait between syncs')
  await app.getByLabel('How long to wait').selectOption('Custom')
  await app.getByLabel('Minutes to wait').fill('0')
  await bar('Save').click()
  await app.getByText('Enter whole minutes from 1 to 1,440.').waitFor()
  await app.getByLabel('Minutes to wait').fill('90')
  await bar('Save').click()
  await page.getByText('Settings saved').waitFor()
  await page.reload()
  await expect.poll(() => app.getByLabel('Minutes to wait').inputValue()).toBe('90')
  await opened.visit('/app')
  await app.getByText('Changes are combined and sent 90 minutes after the last sync.').waitFor()
})
