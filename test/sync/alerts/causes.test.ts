import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { saveWebhookTopics } from '#app/store/webhook-topics.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { takeFlowLifecycle } from '#app/sync/intake/take-flow-lifecycle.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { choose } from '#test/support/settings.ts'
import { tell } from '#test/support/tell.ts'
import { arrived, givenRun, HOUR_MS, MINUTE_MS, minutesLater, roundAfter, tellBy, useArrivals } from './given-alerts.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
const arrivals = useArrivals(sandbox)

interface Case {
  readonly begin: (given: InstalledShop) => Promise<void>
  readonly end: (given: InstalledShop) => Promise<void>
  readonly subject: string
  /** How long it takes until it is over; 15 minutes and a bit is the default. */
  readonly overAfterMinutes?: number
}

const write = (statement: string, ...values: unknown[]) => rowsIn(sandbox.databaseUrl, statement, values)

/** A comparison that waits for a yes. */
const holdRun = async (shop: ShopDomain) => {
  await write(
    `insert into sync_run (shop, id, kind, trigger, state, requested_at, progress_at, not_before, check_state, checked_by, check_of, would_change, held_at)
     values ($1, gen_random_uuid(), 'reconcile', 'nightly', 'reading', $2, $2, $2, 'held', 'choices', 1000, 812, $2)`,
    shop,
    clock(),
  )
}

const failRun = (shop: ShopDomain, state: 'failed' | 'finished') => givenRun(sandbox, shop, state)

const cases: Readonly<Record<string, Case>> = {
  klaviyo_refused: {
    subject: 'Klaviyo does not accept the connection',
    begin: async ({ domain, shop, key }) => {
      sandbox.klaviyo.revokeKey(key)
      await tell(domain, shop.customers.create({ email: 'new@example.com' }))
      await syncShop(domain, { clock, signal: new AbortController().signal })
    },
    end: async ({ domain, key }) => {
      const newKey = `${key}_new`
      sandbox.klaviyo.addAccount({ id: `NEW${key}`, name: 'New', keys: [{ key: newKey, scopes: 'full' }] })
      expect((await connectKlaviyo(domain, newKey, clock())).kind).toBe('connected')
      await syncToRest(domain)
    },
  },
  stalled: {
    subject: 'Syncing is stuck',
    overAfterMinutes: 34,
    begin: async ({ domain, shop }) => {
      await tell(domain, shop.customers.create({ email: 'waits@example.com' }))
      skip(31 * MINUTE_MS) // no worker comes
    },
    end: ({ domain }) => syncToRest(domain),
  },
  many_issues: {
    subject: 'Many customers cannot be synced',
    begin: async ({ domain }) => {
      await write(
        `insert into profile_count (shop, state, code, profiles, ever_synced) values ($1, 'issue', 'invalid_email', 3, 0)
         on conflict (shop, state, code) do update set profiles = 3`,
        domain,
      )
    },
    end: async ({ domain }) => {
      await write(`update profile_count set profiles = 0 where shop = $1 and state = 'issue'`, domain)
    },
  },
  run_failed: {
    subject: 'A sync failed',
    begin: async ({ domain }) => void (await failRun(domain, 'failed')),
    end: async ({ domain }) => void (await failRun(domain, 'finished')),
  },
  run_held: {
    subject: 'A sync waits for your yes',
    begin: ({ domain }) => holdRun(domain),
    end: async ({ domain }) => {
      const [run] = await write(`select id from sync_run where shop = $1 and check_state = 'held'`, domain)
      expect(await cancelRun(domain, { run: String(run!.id), by: null, now: clock() })).toEqual({ kind: 'cancelled' })
    },
  },
  webhooks_silent: {
    subject: 'Shopify’s messages about changes don’t arrive',
    begin: async ({ domain }) => {
      await write(
        `insert into sync_run (shop, id, kind, trigger, state, requested_at, finished_at, progress_at, not_before, unannounced)
         values ($1, gen_random_uuid(), 'reconcile', 'nightly', 'finished', $2, $2, $2, $2, 4)`,
        domain,
        clock(),
      )
    },
    end: ({ domain }) => saveWebhookTopics([{ shop: domain, topic: 'customers/update', at: clock() }]),
  },
}

test.each(Object.keys(cases))('%s arrives once on every channel, and once when it is over', async (cause) => {
  const { begin, end, subject, overAfterMinutes = 18 } = cases[cause]!
  const given = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ email: 'ada@example.com' }))
  await tellBy(arrivals, given, 'email', 'slack', 'webhook')
  await minutesLater(2)
  expect(arrived(arrivals)).toEqual({ email: [], slack: [], webhook: [] })

  await begin(given)
  await minutesLater(4)
  const name = arrivals.mailbox.received[0]?.subject.split(':')[0]
  const begun = { email: [`${name}: ${subject}`], slack: [subject], webhook: [`opened ${cause}`] }
  expect(arrived(arrivals)).toEqual(begun)

  await end(given)
  await minutesLater(overAfterMinutes)
  expect(arrived(arrivals)).toEqual({
    email: [...begun.email, `${name}: Over: ${subject}`],
    slack: [...begun.slack, `Over: ${subject}`],
    webhook: [...begun.webhook, `over ${cause}`],
  })
})

test('nothing is told while the integration is off, and an alert that is open then ends', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'webhook')
  await failRun(given.domain, 'failed')
  await roundAfter(MINUTE_MS)
  expect(arrived(arrivals).webhook).toEqual(['opened run_failed'])
  await write(`update shop set status = 'off' where domain = $1`, given.domain)
  await failRun(given.domain, 'failed')
  await minutesLater(20)
  expect(arrived(arrivals).webhook).toEqual(['opened run_failed', 'over run_failed'])
  expect(JSON.parse(arrivals.webhook.received[1]!.body)).toMatchObject({ why: 'off' })
})

test('a cause that the merchant does not want to hear of is not told, nor its end', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'webhook')
  await failRun(given.domain, 'failed')
  await roundAfter(MINUTE_MS)
  await choose(given, 'alerts', { silenced: ['run_failed'] })
  await minutesLater(20)
  expect(arrived(arrivals).webhook).toEqual(['opened run_failed'])
})

test('a cause that comes and goes forty times an hour is one message, and one more when it stays away', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'webhook')
  const until = clock().getTime() + HOUR_MS
  for (let times = 0; clock().getTime() < until; times++) {
    await failRun(given.domain, times % 2 === 0 ? 'failed' : 'finished')
    await roundAfter(45_000)
  }
  expect(arrived(arrivals).webhook).toEqual(['opened run_failed'])
  await failRun(given.domain, 'finished')
  await minutesLater(20)
  expect(arrived(arrivals).webhook).toEqual(['opened run_failed', 'over run_failed'])
})

test('nights that are held by the same choices are told of once', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'webhook')
  await cases.run_held!.begin(given)
  await minutesLater(2)
  expect(JSON.parse(arrivals.webhook.received[0]!.body)).toMatchObject({ detail: { customers: 812, of: 1000 } })
  await cases.run_held!.end(given)
  await minutesLater(20)
  await cases.run_held!.begin(given)
  await minutesLater(20)
  expect(arrived(arrivals).webhook).toEqual(['opened run_held', 'over run_held'])
})

test('another shop hears nothing of it', async () => {
  const given = await givenConnectedShop(sandbox)
  const other = await givenConnectedShop(sandbox)
  await tellBy(arrivals, other, 'email', 'slack', 'webhook')
  await failRun(given.domain, 'failed')
  await minutesLater(3)
  expect(arrived(arrivals)).toEqual({ email: [], slack: [], webhook: [] })
})

test('a workflow that starts when syncing stops is started once, also without a channel, and only for what stops it', async () => {
  const given = await givenConnectedShop(sandbox)
  const told = { trigger: 'sync_stopped', used: true, toldAt: clock() } as const
  await takeFlowLifecycle(given.domain, told)
  const requests = () => write('select payload from flow_trigger_request where shop = $1', given.domain)
  await failRun(given.domain, 'failed')
  await roundAfter(MINUTE_MS)
  expect(await requests()).toEqual([])
  await cases.klaviyo_refused!.begin(given)
  await minutesLater(3)
  expect(await requests()).toEqual([
    {
      payload: {
        'Reason code': 'klaviyo_refused',
        Explanation: expect.stringContaining('Klaviyo does not accept the connection. Nothing is synced.'),
      },
    },
  ])
  await takeFlowLifecycle(given.domain, { ...told, used: false, toldAt: clock() })
  expect(await write('select 1 from alert_watch where shop = $1', given.domain)).toEqual([])
})
