import { expect, test } from 'vitest'
import {
  findConnection,
  findCredential,
  findTurnInputs,
  refuseConnection,
  saveConnection,
} from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { uninstallShop } from '#app/store/shops.ts'
import { at, givenConnectedShop, givenShop, givenStatus, useStore } from './given-store.ts'

const store = useStore()

const made = { key: 'pk_0123456789abcdef', accountId: 'A', accountName: 'Ada & Sons' }

test('only the connection for sending contains the key, and no row shows it', async () => {
  const shop = await givenShop()
  await saveConnection(shop, made, at('10:00:00'), autocommit)

  expect(await findCredential(shop)).toMatchObject({ stored: { key: made.key }, accountId: 'A' })
  expect(await findConnection(shop, autocommit)).not.toHaveProperty('key')
  expect(JSON.stringify(await store.rows('select * from connection'))).not.toContain(made.key)
})

test('a refused connection sends nothing, until it is connected again', async () => {
  const shop = await givenShop()
  await saveConnection(shop, made, at('10:00:00'), autocommit)
  await refuseConnection((await findConnection(shop, autocommit))!, at('10:01:00'))
  expect(await findCredential(shop)).toBeNull()
  expect(await findConnection(shop, autocommit)).toMatchObject({ refusedAt: at('10:01:00') })

  await saveConnection(shop, { ...made, key: 'pk_new' }, at('10:02:00'), autocommit)
  expect(await findCredential(shop)).toMatchObject({ stored: { key: 'pk_new' } })
})

test('a late refusal does not change a connection created meanwhile', async () => {
  const shop = await givenShop()
  await saveConnection(shop, made, at('10:00:00'), autocommit)
  const old = (await findConnection(shop, autocommit))!
  await saveConnection(shop, { ...made, key: 'pk_new' }, at('10:00:30'), autocommit)

  await refuseConnection(old, at('10:01:00'))

  expect(await findCredential(shop)).toMatchObject({ stored: { key: 'pk_new' } })
})

test('an uninstalled shop sends nothing, and keeps its connection for its return', async () => {
  const shop = await givenShop()
  await saveConnection(shop, made, at('10:00:00'), autocommit)
  await uninstallShop(shop, at('11:00:00'))
  expect(await findCredential(shop)).toBeNull()
  expect(await findConnection(shop, autocommit)).not.toBeNull()
})

test('a key that was copied to another shop’s row does not open there', async () => {
  const [ada, eve] = [await givenShop(), await givenShop()]
  await saveConnection(ada, made, at('10:00:00'), autocommit)
  await saveConnection(eve, { ...made, key: 'pk_eve' }, at('10:00:00'), autocommit)
  await store.rows(
    'update connection set sealed_key = (select sealed_key from connection where shop = $1) where shop = $2',
    ada,
    eve,
  )

  await expect(findCredential(eve)).rejects.toThrow(`What is sealed for connection ${eve} does not open`)
})

test('a connection for sending has the integration’s status, because Klaviyo may be asked even while it is off', async () => {
  for (const status of ['on', 'turning_off', 'off'] as const) {
    const shop = await givenConnectedShop()
    await givenStatus(shop, status)
    expect(await findTurnInputs(shop)).toMatchObject({ policy: { status, syncing: { syncDelayMs: 0 } } })
  }
})
