import { expect, test, vi } from 'vitest'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { clockAhead, givenWorker, letTimePass } from './given-worker.ts'

const sandbox = useSandbox({ jobMs: 300 })

const HOUR_MS = 60 * 60_000

test.each([
  ['behind', -2 * HOUR_MS],
  ['ahead', 2 * HOUR_MS],
])(
  'a worker whose clock is two hours %s delivers, and stores times of the database',
  { timeout: 60_000 },
  async (_, ms) => {
    const given = await givenConnectedShop(
      sandbox,
      ({ customers }) => void customers.create({ email: 'ada@example.com' }),
    )
    const worker = await givenWorker(sandbox, clockAhead(ms))
    expect(Math.abs(Date.parse(String((await worker.event('worker_started')).at)) - Date.now() - ms)).toBeLessThan(
      HOUR_MS / 2,
    )

    await tell(given.domain, given.shop.customers.update(given.shop.customers.ascending()[0]!.id, { firstName: 'New' }))
    await letTimePass(sandbox, given)
    const profile = () => sandbox.klaviyo.account(given.accountId).profileByEmail('ada@example.com')
    await vi.waitUntil(() => profile()?.attributes.first_name === 'New', { timeout: 20_000, interval: 20 })

    const late = `select s.domain from shop s join profile p on p.shop = s.domain left join dirty_customer d on d.shop = s.domain
    where s.domain = $1 and (abs(extract(epoch from p.read_at - now())) > 600 or abs(extract(epoch from d.not_before - now())) > 600
      or abs(extract(epoch from s.lease_until - now())) > 600)`
    await vi.waitUntil(
      async () =>
        (
          await rowsIn(sandbox.databaseUrl, 'select 1 from shop where domain = $1 and lease_holder is null', [
            given.domain,
          ])
        ).length === 1,
      { timeout: 20_000, interval: 50 },
    )
    expect(await rowsIn(sandbox.databaseUrl, late, [given.domain])).toEqual([])
  },
)
