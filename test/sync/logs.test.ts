import { expect, test, vi } from 'vitest'
import { SealedSessionStorage } from '#app/store/sessions.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { turnFailed } from '#app/sync/events.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { CustomerFields } from '#test/sandbox/shopify/customers/customer.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
useDoor(sandbox)

const COUNT = 120

/** Customers in which every value contains a word, or a row of digits, that occurs nowhere else. */
function secretive(i: number): CustomerFields {
  const kind = ['usual', 'refused', 'importerror', 'twin', 'malformed'][i % 12] ?? 'usual'
  const email = { refused: `refused-geheim${i}`, importerror: `importerror-geheim${i}` }[kind] ?? `geheim${i}`
  return {
    email: `${email}@${kind === 'malformed' ? '@' : ''}geheim.example`,
    phone: kind === 'twin' ? '+12025559999' : `+1202555${String(1000 + i)}`,
    firstName: `Geheimfirst${i}`,
    lastName: `Geheimlast${i}`,
    tags: [`geheimtag${i}`],
    tier: `Geheimtier${i}`,
    points: 987_654_321_000 + i,
    defaultAddress: {
      address1: `Geheimstreet ${i}`,
      address2: null,
      city: `Geheimtown${i}`,
      province: null,
      provinceCode: null,
      zip: `GEHEIM${i}`,
      country: 'United States',
      countryCodeV2: 'US',
      company: null,
      phone: null,
      timeZone: null,
    },
  }
}

const PERSONAL = /.{0,20}geheim.{0,20}|202555\d{4}|987654321\d/i

/** All output on stdout and stderr while `busy` runs. */
async function heard(busy: () => Promise<void>): Promise<string> {
  let text = ''
  const listen = (chunk: unknown) => {
    text += String(chunk)
    return true
  }
  const spies = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')].map((spy) =>
    spy.mockImplementation(listen),
  )
  const console_ = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...words) => void listen(words.map(String).join(' '))),
  )
  try {
    await busy()
  } finally {
    for (const spy of [...spies, ...console_]) spy.mockRestore()
  }
  return text
}

/** A day on which everything that can go wrong does. */
async function badDay({ domain, shop, key, accountId }: InstalledShop): Promise<void> {
  const { faults } = sandbox.klaviyo
  const runTurns = async () => {
    await syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) }).catch((error) => turnFailed(domain, error))
    skip(3_000)
  }
  await connectKlaviyo(domain, 'pk_this_key_is_nobodys_0123', clock())
  await connectKlaviyo(domain, key, clock())
  await syncToRest(domain)
  const ids = [...shop.customers.all()].map(({ id }) => id)
  shop.webhooks.automatic = true

  faults.add({ kind: 'throttle', retryAfterSeconds: 2, times: 1 })
  faults.add({ kind: 'status', status: 502, times: 3 })
  faults.add({ kind: 'resetAfter', times: 2 })
  for (const [i, id] of ids.entries())
    shop.customers.update(id, { lastName: `Geheimlast${1000 + i}`, ...(i % 5 === 0 && { phone: '+12025558888' }) })
  shop.customers.setLoyalty(ids[0]!, { points: 987_654_321_999, tier: 'Geheimtier9999' })
  shop.customers.remove(ids[1]!)
  await shop.webhooks.flush()
  for (let i = 0; i < 10; i++) await runTurns()

  // Unexpected shapes, and answers that quote what was sent.
  sandbox.shopify.faults.cause({ kind: 'field-denied', fields: ['Customer.tags'], times: 2 })
  sandbox.shopify.faults.cause({ kind: 'download-cut', afterBytes: 5_000, times: 1 })
  sandbox.shopify.faults.cause({ kind: 'refresh-refused', times: 1 })
  shop.customers.update(ids[2]!, { firstName: 'Geheimfirst9999' })
  await shop.webhooks.flush()
  skip(65 * 60_000)
  await startFullSync(domain, { trigger: 'by_hand', by: null, now: clock() })
  for (let i = 0; i < 10; i++) await runTurns()

  const redacted = shop.customers.get(ids[3]!)!
  shop.webhooks.send('customers/data_request', redacted)
  shop.webhooks.send('customers/redact', { ...redacted, id: '4711' })
  shop.webhooks.send('customers/redact', redacted)
  shop.webhooks.runFlow(ids[4]!)
  await shop.webhooks.flush()
  await syncToRest(domain)

  await rowsIn(sandbox.databaseUrl, `update connection set sealed_key = 'spoiled' where shop = $1`, [domain])
  await runTurns()
  await connectKlaviyo(domain, key, clock())
  await syncToRest(domain)

  faults.add({ kind: 'unauthorized', account: accountId })
  shop.customers.update(ids[5]!, { firstName: 'Geheimfirst8888' })
  await shop.webhooks.flush()
  await runTurns()
  faults.clear()
  await connectKlaviyo(domain, key, clock())
  await syncToRest(domain)
  await disconnectKlaviyo(domain, clock())
  shop.uninstall()
  await shop.webhooks.flush()
}

test('on a day on which everything goes wrong, no name, address, number, tag, key or token is in any line or row', async () => {
  let secrets: string[] = []
  const text = await heard(async () => {
    const installed = await givenInstalledShop(sandbox)
    installed.shop.customers.createMany(COUNT, secretive)
    const sessions = await new SealedSessionStorage().findSessionsByShop(installed.domain)
    secrets = [installed.key, ...sessions.flatMap(({ accessToken, refreshToken }) => [accessToken!, refreshToken!])]
    await badDay(installed)
  })

  const events = new Set([...text.matchAll(/"event":"(\w+)"/g)].map((found) => found[1]))
  for (const event of [
    'account_throttled',
    'connection_refused',
    'import_forgotten',
    'customer_erased',
    'deletion_asked',
    'turn_failed',
    'shop_uninstalled',
  ])
    expect([...events]).toContain(event)
  expect(text.match(PERSONAL)?.[0]).toBeUndefined()
  expect(secrets).toHaveLength(3)
  for (const secret of [...secrets, 'pk_', 'shpat_', 'shprt_', 'Bearer', 'id_token'])
    expect(text.includes(secret), 'a secret was logged').toBe(false)

  const tables = await rowsIn(
    sandbox.databaseUrl,
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'`,
  )
  expect(tables.length).toBeGreaterThan(15)
  for (const { schema, name } of tables) {
    const rows = JSON.stringify(await rowsIn(sandbox.databaseUrl, `select * from ${schema}."${name}"`))
    expect(rows.match(PERSONAL)?.[0], name).toBeUndefined()
    for (const secret of secrets) expect(rows.includes(secret), `a secret lies in ${name}`).toBe(false)
  }
})
