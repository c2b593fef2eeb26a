import { randomUUID } from 'node:crypto'
import type { ChannelKind, ChannelOff } from '#app/core/alert/channel.ts'
import type { MessageContent, MessageKind } from '#app/core/alert/message.ts'
import type { AfterSending, SendFault } from '#app/core/alert/send-outcome.ts'
import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** A message that is to be sent, or was. */
export interface AlertMessage {
  readonly id: string
  readonly channel: ChannelKind
  readonly content: MessageContent
  readonly createdAt: Date
  readonly firstDueAt: Date
  readonly dueAt: Date
  /** How often it was tried. */
  readonly attempt: number
  readonly sentAt: Date | null
  readonly givenUpAt: Date | null
  /** Why the last attempt failed, with the receiver's number; null if none did. */
  readonly why: SendFault | ChannelOff | null
  readonly status: number | null
}

/** Longer than sending takes, in milliseconds: a message whose sender died is sent again then. */
const SENT_WITHIN_MS = 60_000

/** Writes down a message that is to be sent at `dueAt`. Returns its id. */
export async function saveMessage(
  shop: ShopDomain,
  made: { channel: ChannelKind; content: MessageContent; alert: string | null; dueAt: Date },
  now: Date,
  on: Sql,
): Promise<string> {
  const id = randomUUID()
  await execute(
    sql`
    insert into alert_message (shop, id, channel, alert, content, created_at, first_due_at, due_at)
    select domain, ${id}::uuid, ${made.channel}::text, ${made.alert}::uuid, ${JSON.stringify(made.content)}::jsonb, ${now}::timestamptz,
      ${made.dueAt}::timestamptz, ${made.dueAt}::timestamptz
    from shop where domain = ${shop}`,
    on,
  )
  return id
}

/**
 * Takes a message that is due, for one worker: the one with this id, or the one that has waited longest. That an alert is over is not sent
 * before its beginning is. Null if there is none.
 */
export async function takeMessage(shop: ShopDomain, id: string | null, now: Date): Promise<AlertMessage | null> {
  const [row] = await rowsOf<rows.alert_message>(
    sql`
    update alert_message set attempt = attempt + 1, due_at = ${after(now, SENT_WITHIN_MS)}
    where shop = ${shop} and id = (
      select m.id from alert_message m
      where m.shop = ${shop} and m.due_at <= ${now} and m.sent_at is null and m.given_up_at is null
        and (${id}::uuid is null or m.id = ${id}::uuid)
        and (m.alert is null or not exists (
          select 1 from alert_message e where e.shop = ${shop} and e.alert = m.alert and e.channel = m.channel
            and e.created_at < m.created_at and e.sent_at is null and e.given_up_at is null))
      order by m.due_at limit 1 for update skip locked)
    returning *`,
    autocommit,
  )
  return row ? toMessage(row) : null
}

/** Records what came of the attempt that was taken. */
export async function recordAttempt(
  shop: ShopDomain,
  { id, attempt }: Pick<AlertMessage, 'id' | 'attempt'>,
  then: AfterSending,
  now: Date,
  on: Sql,
): Promise<void> {
  const sentAt = then.kind === 'sent' ? now : null
  const givenUpAt = then.kind === 'given_up' ? now : null
  const { why, status } = then.kind === 'sent' ? { why: null, status: null } : then
  await execute(
    sql`
    update alert_message set sent_at = ${sentAt}, given_up_at = ${givenUpAt}, why = ${why}, status = ${status}::int,
      due_at = coalesce(${then.kind === 'retry' ? then.at : null}::timestamptz, due_at)
    where shop = ${shop} and id = ${id}::uuid and attempt = ${attempt} and sent_at is null`,
    on,
  )
}

/** Deletes what says that an alert has begun where it was not tried yet. Returns the channels to which it was, or may have been, sent. */
export async function forgetUntold(shop: ShopDomain, alert: string, on: Sql): Promise<ChannelKind[]> {
  await execute(
    sql`delete from alert_message where shop = ${shop} and alert = ${alert}::uuid and attempt = 0 and sent_at is null`,
    on,
  )
  const told = await rowsOf<{ channel: ChannelKind }>(
    sql`select distinct channel from alert_message where shop = ${shop} and alert = ${alert}::uuid`,
    on,
  )
  return told.map(({ channel }) => channel)
}

/** Deletes what was to be sent to a channel. What was tried, or is being sent at this moment, is given up: it counts (countMessages). */
export async function forgetUnsent(shop: ShopDomain, channel: ChannelKind, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`
    delete from alert_message where shop = ${shop} and channel = ${channel} and sent_at is null and given_up_at is null and attempt = 0`,
    on,
  )
  await execute(
    sql`
    update alert_message set given_up_at = ${now}, why = 'channel_off', status = null
    where shop = ${shop} and channel = ${channel} and sent_at is null and given_up_at is null`,
    on,
  )
}

/** Returns the last messages, the newest first. */
export async function listMessages(shop: ShopDomain, limit: number): Promise<AlertMessage[]> {
  const found = await rowsOf<rows.alert_message>(
    sql`select * from alert_message where shop = ${shop} order by created_at desc, id limit ${limit}`,
    autocommit,
  )
  return found.map(toMessage)
}

/** Counts the messages of a kind that were written since an instant. */
export async function countMessages(shop: ShopDomain, kind: MessageKind, since: Date, on: Sql): Promise<number> {
  const [row] = await rowsOf<{ messages: number }>(
    sql`
    select count(*)::int as messages from alert_message
    where shop = ${shop} and created_at >= ${since} and content->>'kind' = ${kind}`,
    on,
  )
  return row?.messages ?? 0
}

function toMessage(row: rows.alert_message): AlertMessage {
  return {
    id: row.id,
    channel: row.channel as ChannelKind,
    content: row.content as unknown as MessageContent,
    createdAt: row.created_at,
    firstDueAt: row.first_due_at,
    dueAt: row.due_at,
    attempt: row.attempt,
    sentAt: row.sent_at,
    givenUpAt: row.given_up_at,
    why: row.why as AlertMessage['why'],
    status: row.status,
  }
}
