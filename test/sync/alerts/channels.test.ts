import { expect, test, vi } from 'vitest'
import type { ChannelKind } from '#app/core/alert/channel.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { action, loader } from '#app/routes/alerts.confirm.tsx'
import { addChannel, removeChannel, sendByHand } from '#app/sync/alerts/change-channel.ts'
import { confirmAddress } from '#app/sync/alerts/confirm-address.ts'
import { loadSetting } from '#app/sync/settings/load-setting.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'
import {
  ADDRESS,
  arrived,
  givenRun,
  HOUR_MS,
  MINUTE_MS,
  messagesOf,
  minutesLater,
  roundAfter,
  tellBy,
  tokenIn,
  useArrivals,
} from './given-alerts.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
const arrivals = useArrivals(sandbox)

type Given = Pick<InstalledShop, 'domain'>
const add = ({ domain }: Given, channel: ChannelKind, target: string) =>
  addChannel(domain, { channel, target, language: 'en' }, clock)
const channelsOf = async ({ domain }: Given) => (await loadSetting(domain, 'alerts', clock())).channels
const confirm = ({ domain }: Given, token: string) => confirmAddress(domain, token, clock())

test('an address is asked first, is sent nothing else until the link is opened, and then is told', async () => {
  const given = await givenConnectedShop(sandbox)
  expect(await add(given, 'email', ` ${ADDRESS.toUpperCase()} `)).toEqual({
    kind: 'sent',
    channel: 'email',
    what: 'confirm',
  })
  expect(await channelsOf(given)).toMatchObject([{ kind: 'email', shownAs: ADDRESS, state: 'unconfirmed' }])
  await givenRun(sandbox, given.domain, 'failed')
  await minutesLater(3)
  expect(await sendByHand(given.domain, 'email', 'test', clock)).toMatchObject({ kind: 'no_channel' })
  expect(arrivals.mailbox.received).toHaveLength(1)
  const [asking] = arrivals.mailbox.received
  expect(asking?.text).toContain(`/alerts/confirm?shop=${given.domain}&token=`)

  expect(await confirm(given, tokenIn(arrivals.mailbox))).toBe('confirmed')
  expect(await channelsOf(given)).toMatchObject([{ kind: 'email', state: 'on' }])
  await minutesLater(2)
  expect(arrived(arrivals).email.slice(1)).toEqual([expect.stringContaining('A sync failed')])
})

test('an address that may be a stranger’s is not sent the shop’s own name', async () => {
  const given = await givenConnectedShop(sandbox)
  await rowsIn(sandbox.databaseUrl, `update shop set name = 'You have won' where domain = $1`, [given.domain])
  await add(given, 'email', ADDRESS)
  const [asking] = arrivals.mailbox.received
  expect(`${asking?.subject} ${asking?.text}`).not.toContain('You have won')
  expect(asking?.subject).toContain(given.domain)
})

test('a link works once, for two days, for its own shop, and only the last one', async () => {
  const given = await givenConnectedShop(sandbox)
  const other = await givenConnectedShop(sandbox)
  await add(given, 'email', ADDRESS)
  const first = tokenIn(arrivals.mailbox)
  await sendByHand(given.domain, 'email', 'confirm', clock)
  const second = tokenIn(arrivals.mailbox)
  expect(second).not.toBe(first)
  expect(await confirm(given, first)).toBe('invalid')
  expect(await confirm(other, second)).toBe('invalid')
  expect(await confirm(given, `${second.slice(0, -1)}${second.endsWith('A') ? 'B' : 'A'}`)).toBe('invalid')
  skip(48 * HOUR_MS)
  expect(await confirm(given, second)).toBe('invalid')
  await sendByHand(given.domain, 'email', 'confirm', clock)
  const third = tokenIn(arrivals.mailbox)
  expect(await confirm(given, third)).toBe('confirmed')
  expect(await confirm(given, third)).toBe('already')
  expect(await sendByHand(given.domain, 'email', 'confirm', clock)).toMatchObject({ kind: 'no_channel' })
})

test('what is stored does not hold the token, the address, a URL or the secret in the open', async () => {
  const given = await givenConnectedShop(sandbox)
  const secret = await tellBy(arrivals, given, 'email', 'slack', 'webhook')
  await add(given, 'email', 'another@ada.example')
  const token = tokenIn(arrivals.mailbox)
  const rows = await rowsIn(sandbox.databaseUrl, 'select * from alert_channel where shop = $1', [given.domain])
  const held = JSON.stringify([rows, await messagesOf(sandbox, given)])
  for (const open of [token, secret, 'another@ada.example', 'services/T0', '/lockstep'])
    expect(held).not.toContain(open)
  expect(rows).toHaveLength(3)
})

test('the page shows a URL’s host only, and the secret never again', async () => {
  const given = await givenConnectedShop(sandbox)
  const secret = await tellBy(arrivals, given, 'slack', 'webhook')
  const page = JSON.stringify(await loadSetting(given.domain, 'alerts', clock()))
  expect(page).not.toContain('services/T0')
  expect(page).not.toContain(secret)
  expect(await channelsOf(given)).toMatchObject([
    { kind: 'slack', shownAs: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
    { kind: 'webhook', state: 'on' },
  ])
})

test('another address has to be confirmed anew, and nothing that waited goes there', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'email')
  await arrivals.mailbox.listen({ refusesRecipient: 452 })
  await givenRun(sandbox, given.domain, 'failed')
  await roundAfter(MINUTE_MS)
  await arrivals.mailbox.listen()
  await add(given, 'email', 'another@ada.example')
  await minutesLater(5)
  expect(arrived(arrivals).email).toEqual([expect.stringContaining('Confirm this address')])
})

test('a channel that is removed is sent nothing any more', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'webhook')
  arrivals.webhook.status = 500
  await givenRun(sandbox, given.domain, 'failed')
  await roundAfter(MINUTE_MS)
  expect(arrivals.webhook.received).toHaveLength(1)
  expect(await removeChannel(given.domain, 'webhook', clock())).toEqual({ kind: 'removed', channel: 'webhook' })
  await minutesLater(10)
  expect(arrivals.webhook.received).toHaveLength(1)
  expect(await channelsOf(given)).toEqual([])
  expect(await rowsIn(sandbox.databaseUrl, 'select 1 from alert_watch where shop = $1', [given.domain])).toEqual([])
})

test.each<[ChannelKind, string]>([
  ['email', 'not an address'],
  ['email', 'a@b.example\r\nBcc: c@d.example'],
  ['slack', 'ftp://hooks.slack.com/x'],
  ['webhook', 'https://user:password@example.com/'],
  ['webhook', 'javascript:alert(1)'],
  ['webhook', ''],
])('%s: %j is not taken', async (channel, target) => {
  const given = await givenConnectedShop(sandbox)
  expect(await add(given, channel, target)).toEqual({ kind: 'invalid', channel })
  expect(await channelsOf(given)).toEqual([])
})

test('a test says at once what came of it', async () => {
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'email', 'slack', 'webhook')
  for (const channel of ['email', 'slack', 'webhook'] as const)
    expect(await sendByHand(given.domain, channel, 'test', clock)).toEqual({ kind: 'sent', channel, what: 'test' })
  expect(arrived(arrivals)).toEqual({
    email: [expect.stringContaining('Test message')],
    slack: ['Test message'],
    webhook: ['test'],
  })
  arrivals.webhook.status = 500
  expect(await sendByHand(given.domain, 'webhook', 'test', clock)).toEqual({
    ...{ kind: 'not_sent', channel: 'webhook', what: 'test', why: 'failing', status: 500 },
  })
  await minutesLater(5)
  expect(arrivals.webhook.received).toHaveLength(2)
})

test('nobody can have an address written to by the hundred', async () => {
  const given = await givenConnectedShop(sandbox)
  const answers: string[] = []
  for (let times = 0; times < 14; times++) answers.push((await add(given, 'email', `a${times}@ada.example`)).kind)
  expect(answers.filter((kind) => kind === 'sent')).toHaveLength(10)
  expect(answers.filter((kind) => kind === 'too_many')).toHaveLength(4)
  await removeChannel(given.domain, 'email', clock())
  expect(await add(given, 'email', ADDRESS)).toMatchObject({ kind: 'too_many' })
  expect(arrivals.mailbox.received).toHaveLength(10)
})

test('nor can it by asking for many at once, while the mail server is slow', async () => {
  const given = await givenConnectedShop(sandbox)
  const { promise: answers, resolve: answer } = Promise.withResolvers<void>()
  await arrivals.mailbox.listen({ onMessage: () => answers })
  const asked: Promise<unknown>[] = []
  for (let i = 1; i <= 14; i++) {
    asked.push(add(given, 'email', `stranger${i}@example.com`))
    await vi.waitFor(() => expect(arrivals.mailbox.received).toHaveLength(Math.min(i, 10)), { timeout: 20_000 })
  }
  answer()
  await Promise.all(asked)
  expect(arrivals.mailbox.received).toHaveLength(10)
})

test('another shop cannot send to, confirm or remove a channel', async () => {
  const given = await givenConnectedShop(sandbox)
  const other = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'webhook')
  expect(await sendByHand(other.domain, 'webhook', 'test', clock)).toMatchObject({ kind: 'no_channel' })
  await removeChannel(other.domain, 'webhook', clock())
  expect(await channelsOf(given)).toMatchObject([{ kind: 'webhook', state: 'on' }])
  expect(arrived(arrivals).webhook).toEqual([])
})

test('the page behind the link says what became of it, and nothing for a link that somebody made up', async () => {
  const given = await givenConnectedShop(sandbox)
  await add(given, 'email', ADDRESS)
  const open = async (shop: ShopDomain | string, token: string) => {
    const query = new URLSearchParams({ shop, token })
    const request = new Request(`https://lockstep.test/alerts/confirm?${query}`)
    const answer = await loader({ request, params: {}, context: {} })
    return { status: answer.status, ...(await answer.json()) }
  }
  const press = async (shop: ShopDomain | string, token: string) => {
    const request = new Request(`https://lockstep.test/alerts/confirm?${new URLSearchParams({ shop, token })}`, {
      method: 'POST',
    })
    const answer = await action({ request, params: {}, context: {} })
    return { status: answer.status, ...(await answer.json()) }
  }
  const token = tokenIn(arrivals.mailbox)
  expect(await open(given.domain, 'x')).toEqual({ status: 404, confirmation: 'invalid' })
  expect(await open('https://elsewhere.example', token)).toEqual({ status: 404, confirmation: 'invalid' })
  expect(await open('unknown.myshopify.com', token)).toEqual({ status: 404, confirmation: 'invalid' })
  expect(await press('unknown.myshopify.com', token)).toEqual({ status: 404, confirmation: 'invalid' })
  expect(await open(given.domain, token)).toEqual({ status: 200, confirmation: 'open' })
  expect(await open(given.domain, token)).toEqual({ status: 200, confirmation: 'open' })
  expect(await press(given.domain, token)).toEqual({ status: 200, confirmation: 'confirmed' })
  expect(await press(given.domain, token)).toEqual({ status: 200, confirmation: 'already' })
  expect(await open(given.domain, token)).toEqual({ status: 200, confirmation: 'already' })
})

test('a message is in the language of who set up its channel', async () => {
  const given = await givenConnectedShop(sandbox)
  const target = arrivals.webhook.urlOf('/lockstep')
  await addChannel(given.domain, { channel: 'webhook', target, language: 'ja' }, clock)
  await givenRun(sandbox, given.domain, 'failed')
  await roundAfter(MINUTE_MS)
  expect(JSON.parse(arrivals.webhook.received[0]!.body).title).toBe('同期に失敗しました')
})
