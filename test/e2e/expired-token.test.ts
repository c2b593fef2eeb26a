import { expect, test } from 'vitest'
import { useAdmin } from './support/admin.ts'
import { untilUpToDate } from './support/card.ts'
import { type GivenShop, givenSyncedShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

function expiredToken({ domain }: GivenShop): string {
  const anHourAgo = Math.floor(Date.now() / 1_000) - 3_600
  return lockstep.shopify.idToken(domain, { iat: anHourAgo, nbf: anHourAgo, exp: anHourAgo + 60 })
}

test('a session token that expires while the page is open is replaced, and the merchant notices nothing', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  const opened = await admin.open(shop)
  await untilUpToDate(opened.app)
  admin.expectComplaints(/answered 401$|status of 401/)
  for (const page of ['Customers', 'Activity', 'Settings', 'Lockstep']) {
    // The next token is an old one; App Bridge fetches another if the answer asks for it.
    await opened.page.route('**/sandbox/id-token*', (route) => route.fulfill({ body: expiredToken(shop) }), {
      times: 1,
    })
    await opened.page.getByRole('link', { name: page }).click()
    await opened.app.getByRole('heading', { level: 1, name: page === 'Lockstep' ? 'Klaviyo sync' : page }).waitFor()
  }
  const retries = '__ab.events.filter(({ type }) => type === "retry").length'
  expect(await opened.page.frame('app')?.evaluate(retries)).toBeGreaterThan(0)
})
