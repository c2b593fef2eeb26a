import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type AdminPage, useAdmin } from './support/admin.ts'
import { everyPage, givenShops, type Shops } from './support/every-page.ts'
import { useLockstep } from './support/lockstep.ts'
import { scriptKilobytes } from './support/script-size.ts'
import { type Vitals, vitalsOf, watchVitals } from './support/vitals.ts'

// How the pages feel on a processor four times as slow. What must be reached is asked by `npm run bench -- browser`, on a machine at rest;
// here times may be anything that a busy machine makes of them.

const lockstep = useLockstep({ logins: true })
const admin = useAdmin(lockstep)
const measured: Record<string, Vitals> = {}
let shops: Shops

beforeAll(async () => {
  shops = await givenShops(lockstep)
  await admin.open(shops.busy) // the first page of a process and a browser is slower than all others
})
afterAll(() => {
  const { VITALS_FILE } = process.env
  if (VITALS_FILE) writeFileSync(VITALS_FILE, JSON.stringify(measured))
  process.stdout.write(`\n${table()}\n`)
})

test.each(everyPage)('$name stays where it is, and answers', async (page) => {
  const given = await admin.open(shops[page.shop], page.path(shops), { before: watchVitals })
  await given.app.getByRole('heading', { level: 1 }).waitFor()
  // Reported only after the picture, and no more once something was pressed.
  await vi.waitFor(async () => expect((await vitalsOf(given)).lcpMs).toBeGreaterThan(0), { timeout: 20_000 })
  // What moves because something is opened was asked for.
  const askedFor = page.open ? await shiftWhile(given, () => page.open!(given)) : 0
  await page.use?.(given)
  if (page.notFound) admin.expectComplaints(/ answered 404$|status of 404/)
  const vitals = await vitalsOf(given)
  measured[page.name] = vitals

  expect(vitals.cls - askedFor).toBeLessThanOrEqual(0.05)
})

/** How much the page moves while something happens. */
async function shiftWhile(given: AdminPage, happen: () => Promise<unknown>): Promise<number> {
  const before = await vitalsOf(given)
  await happen()
  return (await vitalsOf(given)).cls - before.cls
}

test('the script of the first page is short', () => {
  expect(scriptKilobytes('routes/app._index')).toBeLessThan(150)
})

function table(): string {
  const rows = Object.entries(measured).map(([name, { lcpMs, cls, inpMs, inpBy }]) =>
    [
      name.padEnd(36),
      lcpMs.toFixed(0).padStart(6),
      cls.toFixed(3).padStart(6),
      String(inpMs ?? '-').padStart(6),
      inpBy ?? '',
    ].join(' '),
  )
  const head = ['page, processor 4 times as slow'.padEnd(36), 'LCP ms', '   CLS', 'INP ms'].join(' ')
  const size = `script of the first page: ${scriptKilobytes('routes/app._index').toFixed(1)} KB (gzip)`
  return [head, ...rows, size].join('\n')
}
