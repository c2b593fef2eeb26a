import { expect, test } from 'vitest'
import { checkLaw } from '#test/sandbox/law/check-law.ts'
import { readLockstepRows } from '#test/sandbox/law/lockstep-rows.ts'
import { rowsIn } from '../support/rows.ts'
import { useAdmin } from './support/admin.ts'
import { figureOf, syncButton, untilUpToDate } from './support/card.ts'
import { anHourPasses, type GivenShop, givenSyncedShop, untilAtRest } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { askToTurnOn, choose, turnOffBy } from './support/switch.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

test('a merchant who doubts the figures presses once, waits, and sees counts and times move forward', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 40 })
  await anHourPasses(lockstep, shop)
  await longAgo(shop)
  shop.shop.webhooks.automatic = false // Shopify forgets to report a change
  const changed = soundCustomersOf(shop)[0]!
  shop.shop.customers.update(changed.id, { firstName: 'Missed' })
  const opened = await admin.open(shop)
  const { app } = opened
  const before = {
    full: await instantOf('Last full sync started at'),
    profile: await instantOf('Last individual profile synced at'),
  }
  await app.getByText(/^We've synced 0 profiles in the last day/).waitFor()

  await syncButton(opened).click()
  await expect.poll(() => profileOf(shop, changed.email)?.attributes.first_name, { timeout: 30_000 }).toBe('Missed')
  await untilUpToDate(app)
  await app.getByText(/^We've synced 1 profile in the last day/).waitFor()
  expect(await instantOf('Last full sync started at')).toBeGreaterThan(before.full)
  expect(await instantOf('Last individual profile synced at')).toBeGreaterThan(before.profile)

  await opened.visit('/app/activity')
  await app.getByRole('link', { name: 'Full sync: Finished. Show the run' }).nth(1).waitFor()
  await app.getByText(/^Started by you/).waitFor()
  await app.getByText(/^Started after connecting/).waitFor()

  async function instantOf(label: string): Promise<number> {
    const time = app.locator('.ls-line', { has: app.getByText(label, { exact: true }) }).locator('time')
    return Date.parse((await time.getAttribute('datetime')) ?? '')
  }
})

test('off, delete many records, reset, on: what was deleted on either side is right again', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 200 })
  const opened = await admin.open(shop)
  const { app } = opened
  await turnOffBy(opened)
  const sound = soundCustomersOf(shop)
  for (const { id } of sound.slice(0, 30)) shop.shop.customers.remove(id)
  const account = lockstep.klaviyo.account(shop.accountId)
  for (const { email } of sound) account.deleteProfile(account.profileByEmail(email)?.id ?? '')
  expect(account.size).toBe(0)
  await shop.shop.webhooks.flush()

  await askToTurnOn(opened)
  await app.getByRole('button', { name: 'Advanced' }).click()
  await choose(opened, 'Reset')
  await app.getByText(/deleted many customers or profiles/).waitFor()
  await app.getByLabel('Type RESET to confirm', { exact: true }).fill('RESET')
  await app.getByRole('button', { name: 'Turn on' }).click()
  await untilUpToDate(app)

  await untilAtRest(lockstep, shop)
  expect(account.size).toBe(sound.length - 30)
  await expectLaw(shop)
})

test('with a limit, a full sync creates no more profiles than that, and a single change still goes at once', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 3 })
  const opened = await admin.open(shop, '/app/settings/klaviyo')
  const { app, page } = opened
  await app.getByText('Limit how many new profiles one full sync creates').click()
  await app.getByLabel('Maximum new profiles').fill('2')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'hidden' })
  await anHourPasses(lockstep, shop)
  shop.shop.webhooks.automatic = false
  const created = ['a', 'b', 'c', 'd', 'e'].map((name) => {
    const email = `${name}@limit.example.com`
    return { id: shop.shop.customers.create({ email }).id, email }
  })

  await opened.visit('/app')
  await syncButton(opened).click()
  await expect
    .poll(() => figureOf(opened, 'Waiting for the next full sync (your limit)'), { timeout: 30_000 })
    .toBe('3')
  const inKlaviyo = () => created.filter(({ email }) => profileOf(shop, email)).length
  expect(inKlaviyo()).toBe(2)

  shop.shop.webhooks.automatic = true
  const waiting = created.find(({ email }) => !profileOf(shop, email))!
  shop.shop.customers.update(waiting.id, { firstName: 'Single' })
  await expect.poll(() => profileOf(shop, waiting.email)?.attributes.first_name, { timeout: 30_000 }).toBe('Single')
  expect(inKlaviyo()).toBe(3)
})

test('a profile of somebody else is left as it is while existing profiles are left alone', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 3 })
  const opened = await admin.open(shop, '/app/settings/klaviyo')
  const { app, page } = opened
  await app.getByText('Leave them alone').click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'hidden' })
  await createInKlaviyo(shop, { email: 'known@example.com', first_name: 'Theirs' })

  shop.shop.customers.create({ email: 'known@example.com', firstName: 'Ours' })
  shop.shop.customers.create({ email: 'fresh@example.com', firstName: 'Fresh' })
  await expect
    .poll(() => profileOf(shop, 'fresh@example.com')?.attributes.first_name, { timeout: 30_000 })
    .toBe('Fresh')
  await shop.shop.webhooks.flush()
  await untilAtRest(lockstep, shop)
  expect(profileOf(shop, 'known@example.com')?.attributes.first_name).toBe('Theirs')
  await opened.visit('/app')
  expect(await figureOf(opened, 'Already in Klaviyo, left alone')).toBe('1')
})

test('with a sync delay, what changes meanwhile waits in the queue and is sent once the delay is over', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 10 })
  const [first, second, third] = soundCustomersOf(shop)
  const opened = await admin.open(shop, '/app/settings')
  await choose(opened, 'Wait between syncs')
  await opened.page.getByRole('button', { name: 'Save', exact: true }).click()
  await opened.page.getByText('Settings saved').waitFor()
  shop.shop.customers.update(third!.id, { firstName: 'At once' })
  await expect.poll(() => profileOf(shop, third!.email)?.attributes.first_name, { timeout: 30_000 }).toBe('At once')
  await untilAtRest(lockstep, shop)
  shop.shop.customers.update(first!.id, { firstName: 'Waits' })
  shop.shop.customers.update(second!.id, { firstName: 'Waits, too' })
  await shop.shop.webhooks.flush()

  await opened.visit('/app')
  await opened.app.getByText(/^2 changes wait for the sync delay and are sent/).waitFor()
  expect(profileOf(shop, first!.email)?.attributes.first_name).not.toBe('Waits')
  await theDelayPasses(shop)
  await expect.poll(() => profileOf(shop, first!.email)?.attributes.first_name, { timeout: 60_000 }).toBe('Waits')
  await expect.poll(() => profileOf(shop, second!.email)?.attributes.first_name).toBe('Waits, too')
})

function soundCustomersOf(shop: GivenShop): { id: string; email: string }[] {
  return [...shop.shop.customers.all()].flatMap(({ id, defaultEmailAddress: address }) => {
    const email = address?.emailAddress.trim().toLowerCase() ?? ''
    return profileOf(shop, email) ? [{ id, email }] : []
  })
}

function profileOf(shop: GivenShop, email: string) {
  return lockstep.klaviyo.account(shop.accountId).profileByEmail(email)
}

/** Somebody else writes a profile. */
async function createInKlaviyo(shop: GivenShop, attributes: object): Promise<void> {
  const answer = await fetch(`${lockstep.klaviyo.url}/api/profiles`, {
    method: 'POST',
    headers: {
      authorization: `Klaviyo-API-Key ${shop.secondKey}`,
      revision: '2026-07-15',
      'content-type': 'application/vnd.api+json',
    },
    body: JSON.stringify({ data: { type: 'profile', attributes } }),
  })
  expect(answer.status).toBe(201)
}

/** Lets all that was synced so far have been two days ago. */
async function longAgo({ domain }: GivenShop): Promise<void> {
  for (const change of [
    `update profile set synced_at = synced_at - interval '2 days' where shop = $1`,
    `update profile_count set last_synced_at = last_synced_at - interval '2 days' where shop = $1`,
    'delete from synced_minute where shop = $1',
  ])
    await rowsIn(lockstep.databaseUrl, change, [domain])
}

async function theDelayPasses({ domain }: GivenShop): Promise<void> {
  await rowsIn(
    lockstep.databaseUrl,
    `update shop set drained_at = drained_at - interval '16 minutes' where domain = $1`,
    [domain],
  )
  await rowsIn(
    lockstep.databaseUrl,
    `update dirty_customer set not_before = not_before - interval '16 minutes' where shop = $1`,
    [domain],
  )
}

async function expectLaw(shop: GivenShop): Promise<void> {
  const differences = async () =>
    checkLaw(
      shop.shop,
      lockstep.klaviyo.account(shop.accountId),
      await readLockstepRows(lockstep.databaseUrl, shop.domain),
    ).differences
  await expect.poll(differences, { timeout: 60_000 }).toEqual([])
}
