import { expect, test } from 'vitest'
import { useAdmin } from './support/admin.ts'
import { givenSyncedShop } from './support/given-shop.ts'
import { timeInNewYork } from './support/in-new-york.ts'
import { useLockstep } from './support/lockstep.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

test('times are those of the shop’s clock, and UTC on hover', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  const { app, visit } = await admin.open(shop)
  for (const path of ['/app', '/app/customers', '/app/settings']) {
    await visit(path)
    const time = app.locator('time').first()
    const at = new Date((await time.getAttribute('datetime')) ?? '')

    expect(await time.innerText()).toMatch(
      new RegExp(`^${timeInNewYork(at)} \\((just now|\\d+ (seconds|minutes?) ago)\\)$`),
    )
    await time.hover()
    await app.getByText(`${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`).waitFor()
  }
})
