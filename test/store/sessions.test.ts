import { Session } from '@shopify/shopify-api'
import { expect, test } from 'vitest'
import { type ShopDomain, shopDomain } from '#app/core/ids.ts'
import { deleteSessions, SealedSessionStorage } from '#app/store/sessions.ts'
import { useStore } from './given-store.ts'

const store = useStore()
const storage = new SealedSessionStorage()

const [accessToken, refreshToken] = ['shpat_0123456789abcdef', 'shprt_fedcba9876543210']

function givenSession(shop: string): Session {
  return new Session({
    id: `offline_${shop}`,
    shop,
    state: '',
    isOnline: false,
    scope: 'read_customers',
    accessToken,
    refreshToken,
    expires: new Date('2030-01-01T00:00:00Z'),
    refreshTokenExpires: new Date('2030-04-01T00:00:00Z'),
  })
}

test('a session comes back as it was stored', async () => {
  const session = givenSession('one.myshopify.com')
  await storage.storeSession(session)

  expect((await storage.loadSession(session.id))?.toObject()).toEqual(session.toObject())
  expect((await storage.findSessionsByShop(session.shop)).map((found) => found.accessToken)).toEqual([accessToken])
})

test('storing a session does not seal the tokens of the object that was passed', async () => {
  const session = givenSession('two.myshopify.com')
  await storage.storeSession(session)
  expect(session).toMatchObject({ accessToken, refreshToken })
})

test('no row holds a token that anybody could use', async () => {
  await storage.storeSession(givenSession('three.myshopify.com'))
  const rows = JSON.stringify(await store.rows('select * from "Session"'))
  expect(rows).toContain('three.myshopify.com')
  for (const token of [accessToken, refreshToken]) expect(rows).not.toContain(token)
})

test('a session’s tokens do not open in another shop’s row: it is as good as none, and the next one replaces it', async () => {
  await storage.storeSession(givenSession('four.myshopify.com'))
  await storage.storeSession(givenSession('five.myshopify.com'))
  await store.rows(`
    update "Session" set "accessToken" = (select "accessToken" from "Session" where shop = 'four.myshopify.com')
    where shop = 'five.myshopify.com'`)

  expect(await storage.loadSession('offline_five.myshopify.com')).toBeUndefined()
  await storage.expireToken(shopDomain.parse('five.myshopify.com'), accessToken)
  await storage.storeSession(givenSession('five.myshopify.com'))
  expect((await storage.loadSession('offline_five.myshopify.com'))?.accessToken).toBe(accessToken)
})

test('deleting a shop’s sessions deletes no other shop’s', async () => {
  for (const shop of ['six.myshopify.com', 'seven.myshopify.com']) await storage.storeSession(givenSession(shop))

  await deleteSessions('six.myshopify.com' as ShopDomain)

  expect(await storage.loadSession('offline_six.myshopify.com')).toBeUndefined()
  expect(await storage.findSessionsByShop('six.myshopify.com')).toEqual([])
  expect(await storage.loadSession('offline_seven.myshopify.com')).toBeDefined()
})

test('one session, or several, can be deleted by id', async () => {
  const ids = ['eight', 'nine', 'ten'].map((name) => `offline_${name}.myshopify.com`)
  for (const id of ids) await storage.storeSession(givenSession(id.slice('offline_'.length)))

  expect(await storage.deleteSession(ids[0]!)).toBe(true)
  expect(await storage.deleteSessions([ids[1]!])).toBe(true)

  expect(await Promise.all(ids.map((id) => storage.loadSession(id)))).toEqual([undefined, undefined, expect.anything()])
})
