import { expect, test } from 'vitest'
import { stateOf } from '#app/core/access/klaviyo-authorization.ts'
import { autocommit } from '#app/store/database.ts'
import { deleteAuthorizations } from '#app/store/klaviyo-authorizations.ts'
import { shopUninstalled } from '#app/sync/connection/shop-webhooks.ts'
import { beginLogin, loadLogin } from '#app/sync/klaviyo-login/begin-login.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { begun, redirectUri, userId, visited } from './given-login.ts'

const sandbox = useSandbox()
const rows = (shop: string) =>
  rowsIn(sandbox.databaseUrl, 'select * from klaviyo_authorization where shop = $1', [shop])

test('the merchant who allowed the app goes on into the admin of the shop, with nothing secret in the address', async () => {
  const shop = await givenInstalledShop(sandbox)
  const back = new URL(sandbox.klaviyo.oauth.allow(await begun(shop), shop.accountId))

  const { status, to } = await visited(back.href)

  expect(status).toBe(302)
  const handle = shop.domain.replace('.myshopify.com', '')
  expect(to?.href).toMatch(
    new RegExp(`^https://admin\\.shopify\\.com/store/${handle}/apps/[^/]+/app/settings\\?klaviyo=[\\w-]{43}$`),
  )
  for (const secret of ['code', 'state']) expect(to?.href).not.toContain(back.searchParams.get(secret))
  expect(await loadLogin(shop.domain, { userId, isOffered: true }, clock())).toMatchObject({ unreturned: null })
  expect(sandbox.klaviyo.oauth.requests, 'an address that anybody can open asks Klaviyo nothing').toEqual([])
})

test('Klaviyo returns once: a second return, a late one and one that nobody began get a page that names no shop', async () => {
  const shop = await givenInstalledShop(sandbox)
  const once = sandbox.klaviyo.oauth.allow(await begun(shop), shop.accountId)
  const late = sandbox.klaviyo.oauth.allow(await begun(shop), shop.accountId)
  await visited(once)
  skip(11 * 60_000)

  const invented = stateOf(shop.domain, 'x'.repeat(43))
  const strange = [
    once,
    late,
    `${redirectUri}?code=abc&state=${invented}`,
    `${redirectUri}?code=abc&state=x`,
    `${redirectUri}?code=abc`,
    `${redirectUri}?state=${new URL(once).searchParams.get('state')}`,
    `${redirectUri}?code=${'x'.repeat(3_000)}&state=${invented}`,
    redirectUri,
  ]
  for (const address of strange) {
    const { status, to, text } = await visited(address)
    expect({ address, status, to }).toEqual({ address, status: 404, to: null })
    expect(text).not.toContain(shop.domain)
  }
})

test('one shop’s state does nothing to another shop', async () => {
  const [shop, other] = [await givenInstalledShop(sandbox), await givenInstalledShop(sandbox)]
  await begun(other)
  const back = new URL(sandbox.klaviyo.oauth.allow(await begun(shop), shop.accountId))
  const [, secret] = back.searchParams.get('state')!.split('.')
  back.searchParams.set('state', stateOf(other.domain, secret!))

  expect((await visited(back.href)).to).toBeNull()
  expect((await rows(other.domain)).map(({ stage }) => stage)).toEqual(['begun'])
})

test('whoever does not allow the app goes back into the admin, too', async () => {
  const shop = await givenInstalledShop(sandbox)
  const { to } = await visited(sandbox.klaviyo.oauth.refuse(await begun(shop)))
  expect(to?.searchParams.has('klaviyo')).toBe(true)
  expect((await rows(shop.domain)).map(({ refusal }) => refusal)).toEqual(['access_denied'])
})

test('an error that no document names is told apart from a refusal, whatever stands in it', async () => {
  const shop = await givenInstalledShop(sandbox)
  const back = new URL(sandbox.klaviyo.oauth.refuse(await begun(shop)))
  back.searchParams.set('error', '<script>')
  await visited(back.href)
  expect((await rows(shop.domain)).map(({ refusal }) => refusal)).toEqual(['unknown'])
})

test('a member of staff who begins too often is told when to begin again', async () => {
  const shop = await givenInstalledShop(sandbox)
  for (let i = 0; i < 5; i++) await begun(shop)
  const sixth = await beginLogin(shop.domain, { userId, first: 'sync', redirectUri }, clock())
  expect(sixth).toMatchObject({ kind: 'too_many' })
  await deleteAuthorizations(shop.domain, autocommit)
})

test('an uninstallation ends every login', async () => {
  const shop = await givenInstalledShop(sandbox)
  await begun(shop)
  sandbox.shopify.faults.cause({ kind: 'status', status: 401, times: 5 })
  await shopUninstalled(shop.domain, null, clock())
  expect(await rows(shop.domain)).toEqual([])
})
