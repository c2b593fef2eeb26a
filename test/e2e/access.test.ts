import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { supportBundle } from '#app/core/support/support-bundle.ts'
import { rowsIn } from '../support/rows.ts'
import { useAdmin } from './support/admin.ts'
import { givenSyncedShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

/** What the status API answers to a program. */
async function ask(token: string) {
  const answer = await fetch(`${lockstep.appOrigin}/api/status`, { headers: { authorization: `Bearer ${token}` } })
  return { status: answer.status, body: await answer.json() }
}

test('a token is made, copied once, used and revoked', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  const opened = await admin.open(shop, '/app/settings/access', { width: 1280, height: 1100 })
  const { app } = opened
  await app.getByText('No tokens yet').waitFor()
  await app.getByRole('button', { name: 'Make token' }).click()
  await app.getByText('Enter a name of up to 60 characters.').waitFor()
  await app.getByLabel('Name').fill('Ada & <b>Partners</b>')
  await app.getByRole('button', { name: 'Make token' }).click()
  const shown = app.locator('code', { hasText: 'lockstep_' })
  const token = await shown.innerText()
  await app.getByRole('heading', { name: 'Ada & <b>Partners</b>', exact: true }).waitFor()
  await leavePicture(opened, 'access')
  await app.getByRole('button', { name: 'Copy token' }).click()

  expect(await ask(token)).toMatchObject({ status: 200, body: { shop: shop.domain, state: 'in_sync' } })

  await opened.visit('/app/settings/access')
  await app.getByRole('heading', { name: 'Ada & <b>Partners</b>', exact: true }).waitFor()
  expect(await app.locator('body').innerText()).not.toContain('lockstep_')
  expect(await app.locator('.ls-line', { hasText: 'Last used at' }).innerText()).not.toContain('Never')

  await app.getByRole('button', { name: /^Revoke the token/ }).click()
  await app.locator('ui-modal[open]').waitFor()
  await app.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await app.getByText('No tokens yet').waitFor()
  expect((await ask(token)).status).toBe(401)
})

test('the support file is saved by one press, and holds nothing of a customer', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  await rowsIn(lockstep.databaseUrl, `update sync_run set failure = 'Not for ada@example.com' where shop = $1`, [
    shop.domain,
  ])
  const { app, page } = await admin.open(shop, '/app/settings')
  const saving = page.waitForEvent('download')
  await app.getByRole('button', { name: 'Save support file' }).click()
  const file = await saving
  expect(file.suggestedFilename()).toMatch(/^lockstep-support-\d{4}-\d\d-\d\d\.json$/)
  const text = await readFile(await file.path(), 'utf8')
  const bundle = supportBundle.parse(JSON.parse(text))
  expect(bundle.status.customers.total).toBe(20)
  for (const { id, defaultEmailAddress } of shop.shop.customers.all()) {
    expect(text).not.toContain(`"${id}"`)
    if (defaultEmailAddress) expect(text).not.toContain(defaultEmailAddress.emailAddress)
  }
  expect(text).not.toContain('ada@example.com')
  await app.getByText('the person who runs Lockstep for you').waitFor()
})
