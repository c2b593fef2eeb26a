import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { takeMessage } from '#app/store/alert-messages.ts'
import { sendByHand } from '#app/sync/alerts/change-channel.ts'
import { loadSetting } from '#app/sync/settings/load-setting.ts'
import { clock } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { choose } from '#test/support/settings.ts'
import {
  ADDRESS,
  arrived,
  forgetArrived,
  givenRun,
  HOUR_MS,
  MINUTE_MS,
  messagesOf,
  minutesLater,
  roundAfter,
  tellBy,
  useArrivals,
} from './given-alerts.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
const arrivals = useArrivals(sandbox)

const fail = ({ domain }: Pick<InstalledShop, 'domain'>) => givenRun(sandbox, domain, 'failed')
const finish = ({ domain }: Pick<InstalledShop, 'domain'>) => givenRun(sandbox, domain, 'finished')
const pageOf = ({ domain }: Pick<InstalledShop, 'domain'>) => loadSetting(domain, 'alerts', clock())
const set = (column: string, { domain }: Pick<InstalledShop, 'domain'>, value: unknown) =>
  rowsIn(sandbox.databaseUrl, `update shop set ${column} = $2 where domain = $1`, [domain, value])

test('an e-mail says what happened, since when, what to do and where to see more, and nothing of a customer', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ email: 'secret@person.example' }))
  await set('name', given, 'Ada Boutique')
  await set('time_zone', given, 'Europe/Berlin')
  await tellBy(arrivals, given, 'email')
  await fail(given)
  await roundAfter(MINUTE_MS)
  const [email] = arrivals.mailbox.received
  expect(email?.to).toEqual([ADDRESS])
  expect(email?.subject).toBe('Ada Boutique: A sync failed')
  expect(email?.text).toMatch(/^Ada Boutique\n\nA sync failed\n\nThis run failed on .* at .*: Full sync\./)
  expect(email?.text).toContain('The run’s page says why')
  expect(email?.text).toMatch(
    /https:\/\/admin\.shopify\.com\/store\/shop-\d+-\d+\/apps\/test-api-key\/app\/runs\/[0-9a-f-]{36}/,
  )
  expect(email?.text).toContain('Europe/Berlin')
  expect(email?.headers).not.toContain('secret@person.example')
  expect(email?.text).not.toContain('secret@person.example')
})

test('a shop’s name cannot add a header, a recipient or a line', async () => {
  const given = await givenConnectedShop(sandbox)
  await set('name', given, 'Ada\r\nBcc: victim@example.com\r\n\r\nBuy <b>now</b>\u202E\u0007 & co')
  await tellBy(arrivals, given, 'email', 'slack')
  await fail(given)
  await roundAfter(MINUTE_MS)
  const [email] = arrivals.mailbox.received
  expect(email?.to).toEqual([ADDRESS])
  expect(email?.headers).not.toMatch(/^bcc:/im)
  expect(email?.subject).toBe('Ada Bcc: victim@example.com Buy <b>now</b> & co: A sync failed')
  expect(JSON.parse(arrivals.slack.received[0]!.body).text).toMatch(
    /^Ada Bcc: victim@example\.com Buy &lt;b&gt;now&lt;\/b&gt; &amp; co\n/,
  )
})

test('a shop’s name that is cut in the middle of a sign is told without it', async () => {
  const given = await givenConnectedShop(sandbox)
  await set('name', given, `${'A'.repeat(79)}😀 & co`)
  await tellBy(arrivals, given, 'slack')
  await fail(given)
  await roundAfter(MINUTE_MS)
  const { text } = JSON.parse(arrivals.slack.received[0]!.body) as { text: string }
  expect(text.split('\n')[0]).toBe('A'.repeat(79))
})

test('a webhook is signed: who has the secret can check the time and the whole body', async () => {
  const given = await givenConnectedShop(sandbox)
  const secret = await tellBy(arrivals, given, 'webhook')
  await fail(given)
  await roundAfter(MINUTE_MS)
  const { headers, body } = arrivals.webhook.received[0]!
  const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['lockstep-signature'])) ?? []
  expect(createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')).toBe(signature)
  expect(Math.abs(Number(seconds) * 1000 - clock().getTime())).toBeLessThan(60_000)
  expect(JSON.parse(body)).toMatchObject({
    id: headers['lockstep-message-id'],
    shop: given.domain,
    kind: 'opened',
    cause: 'run_failed',
    detail: { run: 'full' },
    title: 'A sync failed',
  })
})

test('a mail server that hangs is given up soon, and the message arrives once it answers again', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'email', 'webhook')
  await arrivals.mailbox.listen({ hangs: true })
  await fail(given)
  const began = performance.now()
  await roundAfter(MINUTE_MS)
  expect(performance.now() - began).toBeLessThan(22_000)
  expect(arrived(arrivals)).toMatchObject({ email: [], webhook: ['opened run_failed'] })
  expect((await pageOf(given)).messages).toContainEqual(
    expect.objectContaining({ channel: 'email', state: 'retrying', fault: { why: 'unanswered', status: null } }),
  )
  await arrivals.mailbox.listen()
  await minutesLater(2)
  expect(arrived(arrivals).email).toHaveLength(1)
})

test('a mail server that never comes to an end is given up too', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'email')
  await arrivals.mailbox.listen({ drips: true })
  await fail(given)
  const began = performance.now()
  await roundAfter(MINUTE_MS)
  expect(performance.now() - began).toBeLessThan(30_000)
  expect((await pageOf(given)).messages[0]).toMatchObject({ state: 'retrying', fault: { why: 'unanswered' } })
})

test('an address that bounces is sent nothing any more, and the page says so', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'email')
  await arrivals.mailbox.listen({ refusesRecipient: 550 })
  const before = arrivals.mailbox.connections
  await fail(given)
  await roundAfter(MINUTE_MS)
  const page = await pageOf(given)
  expect(page.channels).toMatchObject([{ kind: 'email', state: 'off', off: { why: 'address_refused' } }])
  expect(page.messages[0]).toMatchObject({ state: 'given_up', fault: { why: 'address_refused', status: 550 } })
  await minutesLater(5)
  expect(arrivals.mailbox.connections).toBe(before + 1)
})

test('a full mailbox is tried again, and a message that is refused for good is not', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'email')
  await arrivals.mailbox.listen({ refusesRecipient: 452 })
  await fail(given)
  await roundAfter(MINUTE_MS)
  expect((await pageOf(given)).messages[0]).toMatchObject({ state: 'retrying', fault: { why: 'failing', status: 452 } })
  await arrivals.mailbox.listen({ refusesMessage: 554 })
  await roundAfter(2 * MINUTE_MS)
  expect((await pageOf(given)).messages[0]).toMatchObject({ state: 'given_up', fault: { why: 'refused', status: 554 } })
  expect((await pageOf(given)).channels).toMatchObject([{ state: 'on' }])
})

test('a mail server that wants a login is a plain error on the page', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'email')
  await arrivals.mailbox.listen({ wantsLogin: true })
  expect(await sendByHand(given.domain, 'email', 'test', clock)).toMatchObject({ kind: 'not_sent', why: 'login' })
  await fail(given)
  await roundAfter(MINUTE_MS)
  expect((await pageOf(given)).messages[0]).toMatchObject({ state: 'retrying', fault: { why: 'login' } })
})

test.each([403, 404, 410])('Slack’s %d turns the channel off with a reason, and the others go on', async (status) => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'slack', 'webhook')
  arrivals.slack.status = status
  await fail(given)
  await minutesLater(3)
  expect(arrivals.slack.received).toHaveLength(1)
  const page = await pageOf(given)
  expect(page.channels).toMatchObject([
    { kind: 'slack', state: 'off', off: { why: 'gone' } },
    { kind: 'webhook', state: 'on' },
  ])
  expect(page.messages.find(({ channel }) => channel === 'slack')).toMatchObject({
    state: 'given_up',
    fault: { why: 'gone', status },
  })
  await finish(given)
  await minutesLater(18)
  expect(arrived(arrivals)).toMatchObject({ webhook: ['opened run_failed', 'over run_failed'] })
  expect(arrivals.slack.received).toHaveLength(1)
})

test('a receiver that answers 500 is tried with growing gaps for a day, then given up and shown', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'webhook')
  arrivals.webhook.status = 500
  await fail(given)
  for (let quarters = 0; quarters < 25 * 4; quarters++) await roundAfter(15 * MINUTE_MS)
  const [message] = (await pageOf(given)).messages
  expect(message).toMatchObject({ state: 'given_up', fault: { why: 'failing', status: 500 } })
  const tries = arrivals.webhook.received.length
  expect(tries).toBeGreaterThan(20)
  expect(tries).toBeLessThan(50)
  await roundAfter(2 * HOUR_MS)
  expect(arrivals.webhook.received).toHaveLength(tries)
  expect((await pageOf(given)).channels).toMatchObject([{ state: 'on' }])
})

test('that an alert is over is not sent before its beginning', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'webhook')
  arrivals.webhook.status = 500
  await fail(given)
  await roundAfter(MINUTE_MS)
  await finish(given)
  await minutesLater(18)
  forgetArrived(arrivals)
  arrivals.webhook.status = 200
  await roundAfter(HOUR_MS)
  await roundAfter(MINUTE_MS)
  expect(arrived(arrivals).webhook).toEqual(['opened run_failed', 'over run_failed'])
})

test('in quiet hours a message waits, and what is over by then is not sent', async () => {
  const given = await givenConnectedShop(sandbox)
  await set('time_zone', given, 'UTC')
  await tellBy(arrivals, given, 'webhook')
  const minute = clock().getUTCHours() * 60 + clock().getUTCMinutes()
  const quiet = { from: minute, to: (minute + 120) % 1440 }
  expect(await choose(given, 'alerts', { quiet })).toMatchObject({ kind: 'saved' })

  await fail(given)
  await minutesLater(3)
  await finish(given)
  await minutesLater(20)
  expect(await messagesOf(sandbox, given)).toEqual([])
  await fail(given)
  await minutesLater(20)
  expect(arrived(arrivals).webhook).toEqual([])
  await roundAfter(2 * HOUR_MS)
  expect(arrived(arrivals).webhook).toEqual(['opened run_failed'])
})

test('the weekly summary comes on Monday at nine by the shop’s clock, once, and only if it is wanted', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ email: 'ada@example.com' }))
  await set('time_zone', given, 'Asia/Tokyo')
  await tellBy(arrivals, given, 'webhook')
  await roundAfter(8 * 24 * HOUR_MS)
  expect(arrived(arrivals).webhook).toEqual([])

  await choose(given, 'alerts', { weekly: true })
  await roundAfter(MINUTE_MS)
  await fail(given)
  await roundAfter(MINUTE_MS)
  const [planned] = await rowsIn(sandbox.databaseUrl, 'select weekly_at from alert_watch where shop = $1', [
    given.domain,
  ])
  expect(new Date(planned.weekly_at).toISOString()).toMatch(/T00:00:00/)
  expect(new Date(planned.weekly_at).getUTCDay()).toBe(1)
  await roundAfter(planned.weekly_at.getTime() - clock().getTime())
  await minutesLater(3)
  expect(arrived(arrivals).webhook).toEqual(['opened run_failed', 'weekly'])
  expect(JSON.parse(arrivals.webhook.received[1]!.body)).toMatchObject({
    synced: expect.any(Number),
    issues: 0,
    customers: 1,
    alerts: [{ cause: 'run_failed', overAt: null }],
    title: 'Your week in Lockstep',
  })
})

test('of two workers one takes a message', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'webhook')
  arrivals.webhook.status = 500
  await fail(given)
  await roundAfter(MINUTE_MS)
  const later = new Date(clock().getTime() + HOUR_MS)
  const taken = await Promise.all(Array.from({ length: 8 }, () => takeMessage(given.domain, null, later)))
  expect(taken.filter(Boolean)).toHaveLength(1)
})

test('a shop without the app is sent nothing', async () => {
  const given = await givenInstalledShop(sandbox)
  await tellBy(arrivals, given, 'webhook')
  await sendByHand(given.domain, 'webhook', 'test', clock)
  expect(arrived(arrivals).webhook).toEqual(['test'])
  await set('uninstalled_at', given, clock())
  expect(await sendByHand(given.domain, 'webhook', 'test', clock)).toMatchObject({ kind: 'not_sent' })
  await minutesLater(3)
  expect(arrived(arrivals).webhook).toEqual(['test'])
})
