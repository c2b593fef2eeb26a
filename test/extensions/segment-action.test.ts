import { expect, test, vi } from 'vitest'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { givenExtension, SOON, useExtensions } from './given-extension.ts'

const sandbox = useSandbox()
useExtensions()

const action = { handle: 'segment-action', target: 'admin.customer-segment-details.action.render' } as const

/** A shop at rest with 600 customers, of whom all but the first 10 are in a segment. */
async function givenSegment() {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.createMany(600, (i) => ({ email: `c${i}@example.com` }))
  })
  const ids = given.shop.customers.ascending().map(({ id }) => id)
  const { id: segment } = given.shop.segments.add({ name: 'VIPs', memberIds: ids.slice(10) })
  return { ...given, ids, segment }
}

const wishes = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select marked, attempt from segment_sync where shop = $1', [domain])
const sentSince = async ({ domain }: InstalledShop, since: Date) =>
  (
    await rowsIn(sandbox.databaseUrl, 'select count(*)::int as sent from profile where shop = $1 and synced_at >= $2', [
      domain,
      since,
    ])
  )[0]!.sent
const takeTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })

async function press(given: InstalledShop & { segment: string }, gid = given.segment) {
  const opened = givenExtension(sandbox, { ...action, domain: given.domain, selected: [gid] })
  await opened.extension.render()
  await opened.press('Sync now')
  return opened
}

test('a segment is synced in the background: its customers, each once, and nobody else', async () => {
  const given = await givenSegment()
  skip(60_000)
  const since = clock()
  const opened = await press(given)
  await vi.waitFor(() => expect(opened.text()).toContain('You can close this window'), SOON)
  await syncToRest(given.domain)
  expect(await sentSince(given, since)).toBe(590)
  expect(await wishes(given)).toEqual([])
  await expectLaw(sandbox, given)
})

test('a segment is made a Klaviyo list at a press; a second look says so, and the window of another shop does not', async () => {
  const given = await givenSegment()
  const opened = givenExtension(sandbox, { ...action, domain: given.domain, selected: [given.segment] })
  await opened.extension.render()
  await opened.press('Make it a list and keep it so')
  await vi.waitFor(() => expect(opened.text()).toContain('This segment is kept as a list in Klaviyo'), SOON)
  await syncToRest(given.domain)
  const [list] = sandbox.klaviyo.account(given.accountId).lists
  expect([list?.name.startsWith('VIPs'), list?.members.size]).toEqual([true, 590])
  expect(await wishes(given), 'nothing is sent again for it').toEqual([])
  await expectLaw(sandbox, given)

  const again = givenExtension(sandbox, { ...action, domain: given.domain, selected: [given.segment] })
  await again.extension.render()
  await vi.waitFor(() => expect(again.text()).toContain('This segment is kept as a list in Klaviyo'), SOON)
  const other = await givenConnectedShop(sandbox)
  const theirs = givenExtension(sandbox, { ...action, domain: other.domain, selected: [given.segment] })
  await theirs.extension.render()
  // It can be pressed once Lockstep has answered.
  const button = () => document.body.querySelector('s-button[slot="primary-action"]')
  await vi.waitFor(() => expect(button()?.hasAttribute('disabled')).toBe(false), SOON)
  expect(theirs.text()).not.toContain('This segment is kept')
})

test('a second look at the segment says how far it is, and a press changes nothing', async () => {
  const given = await givenSegment()
  await press(given, given.segment.replace('/Segment/', '/CustomerSegment/'))
  await vi.waitFor(async () => expect(await wishes(given)).toHaveLength(1), SOON)
  const again = givenExtension(sandbox, { ...action, domain: given.domain, selected: [given.segment] })
  await again.extension.render()
  await vi.waitFor(() => expect(again.text()).toContain('This segment is being synced'), SOON)
  expect(document.body.querySelector('s-button[slot="primary-action"]')?.hasAttribute('disabled')).toBe(true)
})

test('while Shopify refuses or does not answer, the segment waits; then it is synced completely', async () => {
  const given = await givenSegment()
  skip(60_000)
  const since = clock()
  const opened = await press(given)
  await vi.waitFor(() => expect(opened.text()).toContain('You can close this window'), SOON)
  for (const fault of [
    { kind: 'status', status: 403 },
    { kind: 'throttled' },
    { kind: 'reset', when: 'before' },
  ] as const) {
    sandbox.shopify.faults.cause({ ...fault, shop: given.domain, operation: 'SegmentMembers' })
    await takeTurn(given)
    sandbox.shopify.faults.clear()
    expect(await wishes(given)).toHaveLength(1)
    skip(20 * 60_000)
  }
  await syncToRest(given.domain)
  expect(await sentSince(given, since)).toBe(590)
})

test('a segment that Shopify no longer has is forgotten', async () => {
  const given = await givenSegment()
  const opened = await press(given, 'gid://shopify/Segment/999')
  await vi.waitFor(() => expect(opened.text()).toContain('You can close this window'), SOON)
  await syncToRest(given.domain)
  expect(await wishes(given)).toEqual([])
})
