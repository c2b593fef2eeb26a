import { afterAll, afterEach, beforeAll } from 'vitest'
import type { ChannelKind } from '#app/core/alert/channel.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { addChannel } from '#app/sync/alerts/change-channel.ts'
import { confirmAddress } from '#app/sync/alerts/confirm-address.ts'
import { workOnAlerts } from '#app/sync/alerts/work-on-alerts.ts'
import { Mailbox } from '#test/sandbox/alerts/mailbox.ts'
import { Receiver } from '#test/sandbox/alerts/receiver.ts'
import { clock, skip } from '#test/support/clock.ts'
import { type Row, rowsIn } from '#test/support/rows.ts'
import type { InstalledShop, Sandbox } from '#test/support/sandbox.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

/** Where alerts arrive: a mail server, Slack, and a merchant's own program. */
export interface Arrivals {
  readonly mailbox: Mailbox
  readonly slack: Receiver
  readonly webhook: Receiver
}

/** Opens the receivers for the test file that calls it. After each test they are as new, and no shop's alerts are looked at any more. */
export function useArrivals(sandbox: Sandbox): Arrivals {
  const arrivals = {} as { -readonly [Key in keyof Arrivals]: Arrivals[Key] }
  beforeAll(async () => {
    arrivals.mailbox = new Mailbox(Number(new URL(process.env.SMTP_URL!).port))
    await arrivals.mailbox.listen()
    arrivals.slack = await Receiver.open()
    arrivals.webhook = await Receiver.open()
  })
  afterEach(async () => {
    await rowsIn(sandbox.databaseUrl, 'delete from alert_watch')
    await rowsIn(sandbox.databaseUrl, 'delete from alert_message')
    await arrivals.mailbox.listen()
    arrivals.mailbox.received.length = 0
    for (const receiver of [arrivals.slack, arrivals.webhook]) {
      receiver.status = 200
      receiver.received.length = 0
    }
  })
  afterAll(async () => {
    await Promise.all([arrivals.mailbox.close(), arrivals.slack.close(), arrivals.webhook.close()])
  })
  return arrivals
}

type Given = Pick<InstalledShop, 'domain'>

/** Looks at all shops and sends what is due, as the worker does every minute, after this time has passed. */
export async function roundAfter(ms: number): Promise<void> {
  skip(ms)
  await workOnAlerts({ clock, signal: new AbortController().signal })
}

/** A round a minute, for so many minutes. */
export async function minutesLater(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) await roundAfter(MINUTE_MS)
}

export const ADDRESS = 'merchant@ada.example'

/** Sets up channels as the page does. The e-mail address is confirmed by the link that arrived. */
export async function tellBy(arrivals: Arrivals, { domain }: Given, ...kinds: readonly ChannelKind[]): Promise<string> {
  let secret = ''
  for (const channel of kinds) {
    const target = targetOf(arrivals, channel)
    const added = await addChannel(domain, { channel, target, language: 'en' }, clock)
    if (added.kind === 'added' && added.secret) secret = added.secret
    if (channel === 'email') await confirmAddress(domain, tokenIn(arrivals.mailbox), clock())
  }
  forgetArrived(arrivals)
  return secret
}

export function forgetArrived({ mailbox, slack, webhook }: Arrivals): void {
  for (const { received } of [mailbox, slack, webhook]) received.length = 0
}

function targetOf({ slack, webhook }: Arrivals, channel: ChannelKind): string {
  if (channel === 'email') return ADDRESS
  return channel === 'slack' ? slack.urlOf('/services/T0/B0/secret') : webhook.urlOf('/lockstep')
}

/** The token in the last e-mail that asks for a confirmation. */
export function tokenIn({ received }: Mailbox): string {
  return /token=([\w-]+)/.exec(received.at(-1)?.text ?? '')?.[1] ?? ''
}

/** What has arrived so far, in a few words for each channel. */
export function arrived({ mailbox, slack, webhook }: Arrivals) {
  return {
    email: mailbox.received.map(({ subject }) => subject),
    slack: slack.received.map(({ body }) => (JSON.parse(body) as { text: string }).text.split('\n\n')[1]),
    webhook: webhook.received.map(({ body }) => {
      const { kind, cause = null } = JSON.parse(body) as { kind: string; cause?: string }
      return cause ? `${kind} ${cause}` : kind
    }),
  }
}

/** The messages of a shop as they are stored, the oldest first. */
export function messagesOf({ databaseUrl }: Sandbox, { domain }: Given): Promise<Row[]> {
  return rowsIn(databaseUrl, 'select * from alert_message where shop = $1 order by created_at, channel', [domain])
}

/** A full run that ends so, just now. */
export async function givenRun(
  { databaseUrl }: Sandbox,
  shop: ShopDomain,
  state: 'failed' | 'finished',
): Promise<void> {
  await rowsIn(
    databaseUrl,
    `insert into sync_run (shop, id, kind, trigger, state, requested_at, finished_at, progress_at, not_before)
     values ($1, gen_random_uuid(), 'full', 'by_hand', $2, $3, $3, $3, $3)`,
    [shop, state, clock()],
  )
}
