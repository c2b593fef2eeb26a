import { expect, test } from 'vitest'
import { checkLaw } from '#test/sandbox/law/check-law.ts'
import { readLockstepRows } from '#test/sandbox/law/lockstep-rows.ts'
import { type AdminPage, PHONE, useAdmin } from './support/admin.ts'
import { figureOf } from './support/card.ts'
import { type GivenShop, givenSyncedShop, untilAtRest } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const AUDIENCE = '/app/settings/audience'
const WHOLE_PAGE = { width: 1280, height: 1700 }

/** Of forty customers every second is a VIP, every fourth subscribed, every eighth unsubscribed; one VIP is staff. */
async function givenVips(): Promise<GivenShop> {
  return givenSyncedShop(lockstep, {
    customers: (shop) =>
      shop.customers.createMany(40, (i) => ({
        firstName: `Customer ${i}`,
        tags: [...(i % 2 === 0 ? ['VIP'] : []), ...(i === 2 ? ['staff'] : [])],
        defaultEmailAddress: {
          emailAddress: `customer${i}@example.com`,
          validFormat: true,
          marketingState: i % 8 === 0 ? 'UNSUBSCRIBED' : i % 4 === 0 ? 'SUBSCRIBED' : 'NOT_SUBSCRIBED',
          marketingOptInLevel: null,
          marketingUpdatedAt: null,
        },
      })),
  })
}

/** Forty customers, of whom twenty are contacts of one company and ten of another; every second one bought lately. */
async function givenBusinesses(): Promise<GivenShop> {
  return givenSyncedShop(lockstep, {
    b2b: true,
    customers: ({ customers, companies, segments }) => {
      customers.createMany(40, (i) => ({ email: `buyer${i}@example.com`, firstName: `Buyer ${i}` }))
      const ids = customers.ascending().map(({ id }) => id)
      const [acme, blue] = ['Acme Supplies', 'Blue Door Cafés'].map((name) => companies.add({ name }))
      for (const customerId of ids.slice(0, 20)) companies.addContact(acme!.id, { customerId, role: 'Ordering only' })
      for (const customerId of ids.slice(20, 30)) companies.addContact(blue!.id, { customerId })
      segments.add({ name: 'Bought in the last 90 days', memberIds: ids.filter((_, i) => i % 2 === 0) })
      for (const name of ['Email subscribers', 'High spenders', 'Never ordered']) segments.add({ name, memberIds: [] })
    },
  })
}

async function expectLaw(shop: GivenShop, figures: Record<string, number>): Promise<void> {
  const report = async () =>
    checkLaw(
      shop.shop,
      lockstep.klaviyo.account(shop.accountId),
      await readLockstepRows(lockstep.databaseUrl, shop.domain),
    )
  await expect.poll(report, { timeout: 40_000 }).toMatchObject({ differences: [], ...figures })
}

/** A choice of several, searched for by its name. */
async function pick({ app }: AdminPage, field: string, name: string): Promise<void> {
  const box = app.getByRole('combobox', { name: field })
  await box.click()
  await box.pressSequentially(name.slice(0, 5))
  await app.getByRole('option', { name }).click()
  await app.getByRole('button', { name: `Remove ${name}`, exact: true }).waitFor()
  await box.press('Escape')
}

async function addTag({ app }: AdminPage, field: string, tag: string): Promise<void> {
  await app.getByRole('textbox', { name: field }).fill(tag)
  await app.getByRole('textbox', { name: field }).press('Enter')
  await app.getByRole('button', { name: `Remove ${tag}`, exact: true }).waitFor()
}

test('tags and consent are chosen, matching customers are counted, and the others are on the card', async () => {
  const shop = await givenVips()
  const opened = await admin.open(shop, '/app/settings')
  const { app, page } = opened
  await app.getByText('All customers are synced.').waitFor()
  await app.getByRole('link', { name: 'Choose audience' }).click()
  await app.getByText('40 customers match, 5 of them unsubscribed from email, all can be synced.').waitFor()

  await addTag(opened, 'With any of these tags', 'vip')
  await app.getByText('20 customers match, 5 of them unsubscribed from email').waitFor()
  await addTag(opened, 'With none of these tags', 'staff')
  await app.getByText('19 customers match').waitFor()
  await app.getByText('Everyone except unsubscribed customers').click()
  await app.getByText('14 customers match, none of them unsubscribed from email').waitFor()
  await app
    .getByText(
      'Customers are synced if they have the tag “vip”, do not have the tag “staff” and have not unsubscribed from email marketing.',
    )
    .waitFor()
  await app.getByText('left out, and their profiles stay in Klaviyo as they are').waitFor()

  const { size } = lockstep.klaviyo.account(shop.accountId)
  await page.getByRole('button', { name: 'Save' }).click()
  await expectLaw(shop, { synced: 14, byRule: 26 })
  expect(lockstep.klaviyo.account(shop.accountId).size).toBe(size)
  await untilAtRest(lockstep, shop)
  await opened.visit('/app')
  await expect.poll(() => figureOf(opened, 'Left out by email consent')).toContain('5')
  await app.getByRole('link', { name: /^Left out by tags: \d+\. Show them$/ }).click()
  await app.getByText('Left out by tags').first().waitFor()
  await app.getByLabel('Reason').selectOption('rule_consent')
  await expect.poll(() => app.getByText('Left out by email consent').count()).toBe(5)
  await opened.visit('/app/settings')
  await app.getByText('Customers are synced if they have the tag “vip”').waitFor()
})

test('segments, companies and roles are chosen from those of the shop, and only customers in all of them are synced', async () => {
  const shop = await givenBusinesses()
  const opened = await admin.open(shop, AUDIENCE)
  const { app, page } = opened
  await app.getByText('40 customers match').waitFor()
  await app.getByText('Only company contacts').click()
  await app.getByText('30 customers match').waitFor()
  await pick(opened, 'Companies', 'Acme Supplies')
  await app.getByText('20 customers match').waitFor()
  await pick(opened, 'Contact roles', 'Ordering only')
  await pick(opened, 'Segments', 'Bought in the last 90 days')
  await app.getByText('10 customers match').waitFor()
  await app
    .getByText(
      'Customers are synced if they are in the segment “Bought in the last 90 days” and are a contact of Acme Supplies with the role “Ordering only”.',
    )
    .waitFor()
  await page.setViewportSize(WHOLE_PAGE)
  await page.frame('app')?.evaluate('scrollTo(0, 0)')
  await app.getByRole('combobox', { name: 'Segments' }).click()
  await app.getByRole('option', { name: 'Never ordered' }).waitFor()
  await leavePicture(opened, 'audience')

  await app.getByRole('combobox', { name: 'Segments' }).press('Escape')
  await page.getByRole('button', { name: 'Save' }).click()
  await expectLaw(shop, { synced: 10, byRule: 30 })
})

test('rules that no customer matches cause a warning, a tag in both lists cannot be saved, and a country is searched', async () => {
  const shop = await givenVips()
  const opened = await admin.open(shop, AUDIENCE)
  const { app, page } = opened
  await addTag(opened, 'With any of these tags', '🐝 "nobody"')
  await app.getByText('No customers match these rules.').waitFor()
  await addTag(opened, 'With none of these tags', '🐝 "NOBODY"')
  await app.getByText('is also among the tags to sync').waitFor()
  await app.getByText('Correct the rules first.').waitFor()
  await app.getByRole('button', { name: 'Remove 🐝 "nobody"', exact: true }).click()

  await app.getByRole('combobox', { name: 'Countries' }).click()
  await app.getByRole('combobox', { name: 'Countries' }).pressSequentially('germ')
  await app.getByRole('option', { name: 'Germany' }).click()
  await app.getByText('and live in Germany.').waitFor()
  await page.getByRole('button', { name: 'Discard' }).click()
  await app.getByText('All customers are synced.').waitFor()
})

test('of two pages the one that saves second is refused, and keeps its choices', async () => {
  const shop = await givenVips()
  const [first, second] = [await admin.open(shop, AUDIENCE), await admin.open(shop, AUDIENCE)]
  await addTag(first, 'With any of these tags', 'vip')
  await addTag(second, 'With none of these tags', 'vip')
  await first.page.getByRole('button', { name: 'Save' }).click()
  await expectLaw(shop, { synced: 20, byRule: 20 })
  await second.page.getByRole('button', { name: 'Save' }).click()
  await second.app.getByText('Your changes were not saved').waitFor()
  await second.app.getByText('Current settings: Customers are synced if they have the tag “vip”.').waitFor()
  await second.app.getByText('Customers are synced if they do not have the tag “vip”.').waitFor()
  await expectLaw(shop, { synced: 20, byRule: 20 })

  await second.page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => second.app.getByText('Your changes were not saved').count()).toBe(0)
  const synced = async () => (await readLockstepRows(lockstep.databaseUrl, shop.domain)).choices.audience.tags.noneOf
  await expect.poll(synced).toEqual(['vip'])
  await expectLaw(shop, { synced: 20, byRule: 20 })
})

test('on a phone the page is no wider than the phone', async () => {
  const shop = await givenBusinesses()
  const { app, page } = await admin.open(shop, AUDIENCE, PHONE)
  await app.getByText('Only company contacts').click()
  await app.getByText('30 customers match').waitFor()
  expect(await page.frame('app')?.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width)
})
