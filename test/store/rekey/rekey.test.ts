import { readdirSync, readFileSync } from 'node:fs'
import { Session } from '@shopify/shopify-api'
import { afterEach, expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { saveChannel } from '#app/store/alert-channels.ts'
import { saveConnection } from '#app/store/connections.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { saveRevocationOf } from '#app/store/klaviyo-revocations.ts'
import { addressPlace } from '#app/store/profile-addresses.ts'
import { listUnopenedTables } from '#app/store/rekey/check-keys.ts'
import { type Rekeyed, rekey } from '#app/store/rekey/rekey.ts'
import { sealedColumns } from '#app/store/rekey/sealed-columns.ts'
import { keyIdOf, newestPrefix, seal } from '#app/store/sealing.ts'
import { SealedSessionStorage } from '#app/store/sessions.ts'
import { eraseCustomer } from '#app/store/tombstones.ts'
import { customerId, givenShop, useStore } from '../given-store.ts'

const store = useStore()
const now = new Date('2026-11-21T10:00:00Z')
const [OLD, NEW] = [process.env.ENCRYPTION_KEY!, 'c'.repeat(64)]
const asConfigured = config.sealing

/** What these seal is gone ten minutes later: the old key is not needed any longer than that. */
const SHORT_LIVED = ['klaviyo-authorizations.ts']

/** This process goes on with other keys, as one that is restarted does. */
async function restartWith(env: { ENCRYPTION_KEY?: string; ENCRYPTION_KEYS?: string }): Promise<void> {
  const { parseConfig } = await import('#app/config.server.ts')
  const base = { ...process.env, ENCRYPTION_KEY: undefined }
  Object.assign(config, { sealing: parseConfig({ ...base, ...env }).sealing })
}

afterEach(async () => {
  Object.assign(config, { sealing: asConfigured })
  await store.rows(
    'truncate shop, connection, klaviyo_revocation, "Session", alert_channel, outbox, profile, dirty_customer, tombstone',
  )
})

/** A shop with something sealed in every place. */
async function givenSealed(): Promise<ShopDomain> {
  const shop = await givenShop()
  await saveConnection(shop, { key: 'pk', accountId: 'A', accountName: 'Ada' }, now, autocommit)
  const id = `offline_${shop}`
  const tokens = { accessToken: 'shpat', refreshToken: 'shprt', expires: new Date('2030-01-01T00:00:00Z') }
  await new SealedSessionStorage().storeSession(new Session({ id, shop, state: '', isOnline: false, ...tokens }))
  const channel = { kind: 'webhook', target: 'https://example.com', secret: 'hush', language: 'en' } as const
  await transaction((on) => saveChannel(shop, { ...channel, confirmedAt: now }, now, on))
  await transaction((on) => eraseCustomer(shop, customerId(1), [{ email: 'ada@example.com' }], now, on))
  await givenAddresses(shop, ['2'])
  const byOAuth = await givenShop()
  const grant = { accessToken: 'kl_at', refreshToken: 'kl_rt', expiresInMs: 3_600_000, scopes: [] }
  await saveConnection(byOAuth, { grant, accountId: 'A', accountName: 'Ada' }, now, autocommit)
  await saveRevocationOf({ accountId: 'A', refreshToken: 'kl_rt' }, now, autocommit)
  return shop
}

/** Profiles whose Klaviyo ids are not known. */
async function givenAddresses(shop: ShopDomain, ids: readonly string[]): Promise<void> {
  const sealed = ids.map((id) => seal(`${id}@example.com`, addressPlace(shop, customerId(id))))
  await store.rows(
    `insert into profile (shop, customer_id, state, read_at, sent_to)
     select $1, n.id, 'synced', now(), n.sealed from unnest($2::bigint[], $3::text[]) as n (id, sealed)`,
    shop,
    ids,
    sealed,
  )
}

async function rekeyNow(): Promise<Rekeyed[]> {
  const done: Rekeyed[] = []
  await rekey(newestPrefix()!, (column) => done.push(column))
  return done
}

/** Every sealed value in the database, by its place. */
async function sealedValues(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const { table, column } of sealedColumns) {
    const value = column === 'payload' ? `payload->>'sealed'` : `"${column}"`
    const rows = await store.rows(`select ${value} as sealed from "${table}" where ${value} <> ''`)
    found.set(
      `${table} ${column}`,
      rows.map(({ sealed }) => sealed),
    )
  }
  return found
}

test('whatever seals is known to the command that seals again', () => {
  const folder = new URL('../../../app/store', import.meta.url).pathname
  const sealing = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('rekey/'))
    .filter((file) => /from '(\.\/|\.\.\/|#app\/store\/)sealing\.ts'/.test(readFileSync(`${folder}/${file}`, 'utf8')))
  const lasting = sealing.filter((file) => !SHORT_LIVED.includes(file))
  expect([...new Set(sealedColumns.map(({ sealedBy }) => sealedBy))].sort()).toEqual(lasting.sort())
})

test('each place is sealed again with the new key, and then the old key is not needed', async () => {
  for (let shops = 0; shops < 3; shops++) await givenSealed()
  await restartWith({ ENCRYPTION_KEY: OLD, ENCRYPTION_KEYS: NEW })
  const done = await rekeyNow()
  expect(done.map(({ resealed, remaining, unopened }) => ({ resealed, remaining, unopened }))).toEqual(
    sealedColumns.map(() => ({ resealed: 3, remaining: 0, unopened: 0 })),
  )
  await restartWith({ ENCRYPTION_KEYS: NEW })
  const id = newestPrefix()!.slice(0, -1)
  for (const [place, values] of await sealedValues()) {
    expect(values, place).toHaveLength(3)
    expect(values.map(keyIdOf), place).toEqual([id, id, id])
  }
  expect(await listUnopenedTables()).toEqual([])
})

test('a second time it changes nothing', async () => {
  await givenSealed()
  await restartWith({ ENCRYPTION_KEY: OLD, ENCRYPTION_KEYS: NEW })
  await rekeyNow()
  const before = await sealedValues()
  expect((await rekeyNow()).map(({ resealed }) => resealed)).toEqual(sealedColumns.map(() => 0))
  expect(await sealedValues()).toEqual(before)
})

test('stopped anywhere, it goes on where it was', async () => {
  await givenSealed()
  await givenSealed()
  await restartWith({ ENCRYPTION_KEY: OLD, ENCRYPTION_KEYS: NEW })
  const stopped = new Error('stopped')
  const stopAfter = (columns: number) =>
    rekey(newestPrefix()!, ({ column }) => {
      if (column === sealedColumns[columns]!.column) throw stopped
    })
  for (let columns = 0; columns < sealedColumns.length; columns++)
    await expect(stopAfter(columns)).rejects.toBe(stopped)
  expect((await rekeyNow()).map(({ remaining }) => remaining)).toEqual(sealedColumns.map(() => 0))
})

test('what is written while it runs stays as it was written', async () => {
  const shop = await givenSealed()
  await restartWith({ ENCRYPTION_KEY: OLD, ENCRYPTION_KEYS: NEW })
  const column = sealedColumns.find(({ column }) => column === 'sealed_key')!
  const [read] = await store.rows('select shop as key, sealed_key as sealed from connection where shop = $1', shop)
  await saveConnection(shop, { key: 'pk_newer', accountId: 'A', accountName: 'Ada' }, now, autocommit)
  const [written] = await store.rows('select sealed_key from connection where shop = $1', shop)
  const { text, values } = column.replace(shop, [{ ...(read as { key: string; sealed: string }), resealed: 'older' }])
  await store.rows(text, ...values)
  expect(await store.rows('select sealed_key from connection where shop = $1', shop)).toEqual([written])
})

test('many customers of a shop are sealed again, a batch at a time', async () => {
  const shop = await givenSealed()
  await givenAddresses(
    shop,
    Array.from({ length: 450 }, (_, i) => String(1_000 + i)),
  )
  await restartWith({ ENCRYPTION_KEY: OLD, ENCRYPTION_KEYS: NEW })
  expect((await rekeyNow()).find(({ column }) => column === 'sent_to')).toMatchObject({ resealed: 451, remaining: 0 })
})

test('what no key opens is counted and left as it is', async () => {
  const shop = await givenSealed()
  await store.rows(`update connection set sealed_key = 'damaged' where shop = $1`, shop)
  await restartWith({ ENCRYPTION_KEY: OLD, ENCRYPTION_KEYS: NEW })
  expect((await rekeyNow())[0]).toMatchObject({ column: 'sealed_key', resealed: 0, unopened: 1, remaining: 1 })
  expect((await sealedValues()).get('connection sealed_key')).toEqual(['damaged'])
})

test('a process with a wrong key notices at its start, and one with a single damaged value does not stop', async () => {
  expect(await listUnopenedTables()).toEqual([])
  const shop = await givenSealed()
  await givenSealed()
  expect(await listUnopenedTables()).toEqual([])
  await restartWith({ ENCRYPTION_KEY: NEW })
  expect((await listUnopenedTables()).sort()).toEqual(['Session', 'alert_channel', 'connection'])
  await restartWith({ ENCRYPTION_KEY: OLD })
  await store.rows(`update connection set sealed_key = 'damaged' where shop = $1`, shop)
  expect(await listUnopenedTables()).toEqual([])
})

test('a process that has lost the old key too early notices it, though most is sealed with the new one', async () => {
  await givenSealed()
  await restartWith({ ENCRYPTION_KEY: OLD, ENCRYPTION_KEYS: NEW })
  await rekeyNow()
  await restartWith({ ENCRYPTION_KEYS: `${OLD},${NEW}` })
  await givenSealed()
  await restartWith({ ENCRYPTION_KEYS: NEW })
  expect((await listUnopenedTables()).sort()).toEqual(['Session', 'alert_channel', 'connection'])
})
