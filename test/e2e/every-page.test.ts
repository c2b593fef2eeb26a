import { beforeAll, describe, expect, test } from 'vitest'
import { languages } from '#app/ui/language/languages.ts'
import { accessibilityFaults } from './support/accessibility.ts'
import { type AdminPage, useAdmin } from './support/admin.ts'
import { type EveryPage, everyPage, givenShops, type Shops } from './support/every-page.ts'
import { useLockstep } from './support/lockstep.ts'

const lockstep = useLockstep({ logins: true })
const admin = useAdmin(lockstep)
let shops: Shops

beforeAll(async () => {
  shops = await givenShops(lockstep)
})

const DESKTOP = { width: 1280, height: 800 }
const SMALLEST_PHONE = { width: 320, height: 640 }

describe.each(everyPage)('$name', (page) => {
  test('on a desktop nothing keeps anybody out', async () => {
    await expectUsable(await opened(page, 'en', DESKTOP))
  })

  test.each(languages)('on the smallest phone, in %s, neither, and nothing is wider than it', async (language) => {
    await expectUsable(await opened(page, language, SMALLEST_PHONE))
  })
})

/** Console errors, warnings and failed requests are faults of every test with an admin. */
async function opened(page: EveryPage, language: string, size: { width: number; height: number }): Promise<AdminPage> {
  const path = page.path(shops)
  const given = await admin.open(shops[page.shop], `${path}${path.includes('?') ? '&' : '?'}locale=${language}`, size)
  await given.app.getByRole('heading', { level: 1 }).waitFor()
  expect(await given.app.locator('html').getAttribute('lang')).toBe(language)
  await page.open?.(given)
  if (page.notFound) admin.expectComplaints(/ answered 404$|status of 404/)
  return given
}

async function expectUsable(given: AdminPage): Promise<void> {
  expect(await accessibilityFaults(given)).toEqual([])
  const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  expect(await given.page.frame('app')?.evaluate(tooWide)).toBe(0)
}
