import { type ChannelKind, type ChannelOff, channelKinds } from '#app/core/alert/channel.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import { seal, unseal } from './sealing.ts'

/** A channel for alerts, as the pages show it and messages need it. */
export interface AlertChannel {
  readonly kind: ChannelKind
  /** The address or URL in the open, not to be logged. */
  readonly target: string
  /** The language of who set it up. */
  readonly language: string
  readonly addedAt: Date
  /** Null for an e-mail address that is not confirmed. */
  readonly confirmedAt: Date | null
  /** Why nothing is sent there any more; null while messages are sent. */
  readonly off: { readonly why: ChannelOff; readonly at: Date } | null
}

export const placeOf = (shop: ShopDomain, kind: ChannelKind, what: 'target' | 'secret') =>
  `alert_channel ${shop} ${kind} ${what}`

/** Returns the shop's channels, in the order of their kinds. */
export async function listChannels(shop: ShopDomain, on: Sql): Promise<AlertChannel[]> {
  const found = await rowsOf<rows.alert_channel>(sql`select * from alert_channel where shop = ${shop}`, on)
  return channelKinds.flatMap((kind) => found.filter((row) => row.kind === kind).map((row) => toChannel(shop, row)))
}

/** Returns what a webhook is signed with; null if the shop has no webhook. */
export async function findWebhookSecret(shop: ShopDomain): Promise<string | null> {
  const [row] = await rowsOf<Pick<rows.alert_channel, 'sealed_secret'>>(
    sql`select sealed_secret from alert_channel where shop = ${shop} and kind = 'webhook'`,
    autocommit,
  )
  return row?.sealed_secret ? unseal(row.sealed_secret, placeOf(shop, 'webhook', 'secret')) : null
}

/** Sets up a channel, in place of an earlier one of its kind. `secret` is null except for a webhook. Does nothing for an unknown shop. */
export async function saveChannel(
  shop: ShopDomain,
  made: {
    readonly kind: ChannelKind
    readonly target: string
    readonly secret: string | null
    readonly language: string
    readonly confirmedAt: Date | null
  },
  now: Date,
  on: Sql,
): Promise<void> {
  const sealedTarget = seal(made.target, placeOf(shop, made.kind, 'target'))
  const sealedSecret = made.secret && seal(made.secret, placeOf(shop, made.kind, 'secret'))
  await execute(
    sql`
    insert into alert_channel (shop, kind, sealed_target, sealed_secret, language, added_at, confirmed_at)
    select domain, ${made.kind}::text, ${sealedTarget}::text, ${sealedSecret}::text, ${made.language}::text, ${now}::timestamptz,
      ${made.confirmedAt}::timestamptz
    from shop where domain = ${shop}
    on conflict (shop, kind) do update set sealed_target = excluded.sealed_target, sealed_secret = excluded.sealed_secret,
      language = excluded.language, added_at = excluded.added_at, confirmed_at = excluded.confirmed_at,
      token_hash = null, token_until = null, off_why = null, off_at = null`,
    on,
  )
}

export async function deleteChannel(shop: ShopDomain, kind: ChannelKind, on: Sql): Promise<void> {
  await execute(sql`delete from alert_channel where shop = ${shop} and kind = ${kind}`, on)
}

/** Turns off a channel that is the one that was sent to. Returns whether it did. */
export async function turnOffChannel(
  shop: ShopDomain,
  { kind, addedAt, why }: { kind: ChannelKind; addedAt: Date; why: ChannelOff },
  now: Date,
  on: Sql,
): Promise<boolean> {
  const changed = await execute(
    sql`
    update alert_channel set off_why = ${why}, off_at = ${now}
    where shop = ${shop} and kind = ${kind} and added_at = ${addedAt} and off_at is null`,
    on,
  )
  return changed === 1
}

/** Makes this the only token that confirms the e-mail address. */
export async function saveToken(
  shop: ShopDomain,
  { hash, until, addedAt }: { hash: string; until: Date; addedAt: Date },
): Promise<void> {
  await execute(
    sql`
    update alert_channel set token_hash = ${hash}, token_until = ${until}
    where shop = ${shop} and kind = 'email' and added_at = ${addedAt} and confirmed_at is null`,
    autocommit,
  )
}

/** What became of a link that was opened. */
export type Confirmation = 'confirmed' | 'already' | 'invalid'

/** Says what a token would do: `open` if it confirms an address that is not confirmed yet. */
export async function findConfirmation(
  shop: ShopDomain,
  hash: string,
  now: Date,
): Promise<'open' | Exclude<Confirmation, 'confirmed'>> {
  const [channel] = await rowsOf<Pick<rows.alert_channel, 'confirmed_at' | 'token_until'>>(
    sql`select confirmed_at, token_until from alert_channel where shop = ${shop} and kind = 'email' and token_hash = ${hash}`,
    autocommit,
  )
  if (channel?.confirmed_at) return 'already'
  return channel?.token_until && channel.token_until > now ? 'open' : 'invalid'
}

/** Confirms the e-mail address whose token this is. `invalid`: it is not the last one that was sent, or it is too old. */
export async function confirmByToken(shop: ShopDomain, hash: string, now: Date): Promise<Confirmation> {
  const confirmed = await execute(
    sql`
    update alert_channel set confirmed_at = ${now}
    where shop = ${shop} and kind = 'email' and token_hash = ${hash} and token_until > ${now} and confirmed_at is null`,
    autocommit,
  )
  if (confirmed === 1) return 'confirmed'
  return (await findConfirmation(shop, hash, now)) === 'already' ? 'already' : 'invalid'
}

function toChannel(shop: ShopDomain, row: rows.alert_channel): AlertChannel {
  const kind = row.kind as ChannelKind
  return {
    kind,
    target: unseal(row.sealed_target, placeOf(shop, kind, 'target')),
    language: row.language,
    addedAt: row.added_at,
    confirmedAt: row.confirmed_at,
    off: row.off_at && { why: row.off_why as ChannelOff, at: row.off_at },
  }
}
