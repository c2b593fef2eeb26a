import { createHash } from 'node:crypto'
import { AUTHORIZATION_MS, MOST_AUTHORIZATIONS } from '#app/core/access/klaviyo-authorization.ts'
import type { FirstSync } from '#app/core/flow/first-sync.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql, transaction } from './database.ts'
import type * as rows from './generated/rows.ts'
import { seal, unseal } from './sealing.ts'

/** What Klaviyo returned: a code, or why there is none. */
export type KlaviyoReturn =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'refused'; readonly refusal: string }

/** A login whom Klaviyo has sent back, or whose question about the account is being answered. */
export interface TakenAuthorization {
  readonly stateHash: string
  readonly userId: string
  readonly ticket: string
  readonly first: FirstSync
  readonly verifier: string
  readonly found: KlaviyoReturn | { readonly kind: 'tokens'; readonly tokens: string }
}

/** Of 256 random bits no hash can be reversed by trying, so that it needs no salt and may be searched for. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

const placeOf = (shop: ShopDomain, stateHash: string, what: 'verifier' | 'answer') =>
  `klaviyo_authorization ${shop} ${stateHash} ${what}`

const oldest = (now: Date) => new Date(now.getTime() - AUTHORIZATION_MS)

/** Saves that a member of staff begins a login. Returns when the next may begin, if the shop has begun as many as it may; otherwise null. */
export async function saveAuthorization(
  shop: ShopDomain,
  begun: { userId: string; state: string; verifier: string; first: FirstSync },
  now: Date,
): Promise<Date | null> {
  const stateHash = hashOf(begun.state)
  return transaction(async (on) => {
    // Locked, so that of two that begin the last one at once, one does.
    await rowsOf(sql`select 1 from shop where domain = ${shop} for no key update`, on)
    const open = await rowsOf<Pick<rows.klaviyo_authorization, 'created_at'>>(
      sql`
      select created_at from klaviyo_authorization where shop = ${shop} and created_at > ${oldest(now)}
      order by created_at`,
      on,
    )
    if (open.length >= MOST_AUTHORIZATIONS) return new Date(open[0]!.created_at.getTime() + AUTHORIZATION_MS)
    await execute(
      sql`
      insert into klaviyo_authorization (shop, state_hash, user_id, stage, first_sync, sealed_verifier, created_at)
      select domain, ${stateHash}::text, ${begun.userId}::text, 'begun', ${begun.first}::text,
        ${seal(begun.verifier, placeOf(shop, stateHash, 'verifier'))}::text, ${now}::timestamptz
      from shop where domain = ${shop} and uninstalled_at is null`,
      on,
    )
    return null
  })
}

/**
 * Records what Klaviyo returned with a state. Returns false for a state that nobody began, that is older than ten minutes, or with which
 * something was returned before.
 */
export async function saveReturn(
  shop: ShopDomain,
  { state, ticket, returned }: { state: string; ticket: string; returned: KlaviyoReturn },
  now: Date,
): Promise<boolean> {
  const stateHash = hashOf(state)
  const answer = returned.kind === 'code' ? seal(returned.code, placeOf(shop, stateHash, 'answer')) : null
  const refusal = returned.kind === 'refused' ? returned.refusal : null
  const changed = await execute(
    sql`
    update klaviyo_authorization set stage = 'returned', ticket_hash = ${hashOf(ticket)}, sealed_answer = ${answer},
      refusal = ${refusal}
    where shop = ${shop} and state_hash = ${stateHash} and stage = 'begun' and created_at > ${oldest(now)}`,
    autocommit,
  )
  return changed === 1
}

/**
 * Takes the login of a ticket, which is gone with it. Null if there is none for this member of this shop's staff, or not any more: a
 * ticket is worth nothing in anybody else's hands.
 */
export async function takeAuthorization(
  shop: ShopDomain,
  { userId, ticket }: { userId: string; ticket: string },
  now: Date,
): Promise<TakenAuthorization | null> {
  const [row] = await rowsOf<rows.klaviyo_authorization>(
    sql`
    delete from klaviyo_authorization
    where shop = ${shop} and user_id = ${userId} and ticket_hash = ${hashOf(ticket)} and stage <> 'begun'
      and created_at > ${oldest(now)}
    returning *`,
    autocommit,
  )
  if (!row) return null
  const { state_hash: stateHash, sealed_answer: sealed } = row
  const answer = sealed === null ? null : unseal(sealed, placeOf(shop, stateHash, 'answer'))
  return {
    ...{ stateHash, userId, ticket, first: row.first_sync as FirstSync },
    verifier: unseal(row.sealed_verifier, placeOf(shop, stateHash, 'verifier')),
    found:
      answer === null
        ? { kind: 'refused', refusal: row.refusal ?? '' }
        : row.stage === 'asked'
          ? { kind: 'tokens', tokens: answer }
          : { kind: 'code', code: answer },
  }
}

/**
 * Keeps a login that was taken, to be taken again by the same ticket: with its code, while Klaviyo is away, or with its tokens, while the merchant
 * is asked about the account.
 */
export async function keepAuthorization(
  shop: ShopDomain,
  taken: TakenAuthorization,
  kept: { readonly code: string } | { readonly tokens: string },
  now: Date,
): Promise<void> {
  const { stateHash } = taken
  const [stage, answer] = 'code' in kept ? ['returned', kept.code] : ['asked', kept.tokens]
  await execute(
    sql`
    insert into klaviyo_authorization (shop, state_hash, user_id, stage, first_sync, sealed_verifier, ticket_hash, sealed_answer, created_at)
    select domain, ${stateHash}::text, ${taken.userId}::text, ${stage}::text, ${taken.first}::text,
      ${seal(taken.verifier, placeOf(shop, stateHash, 'verifier'))}::text, ${hashOf(taken.ticket)}::text,
      ${seal(answer, placeOf(shop, stateHash, 'answer'))}::text, ${now}::timestamptz
    from shop where domain = ${shop} and uninstalled_at is null`,
    autocommit,
  )
}

/** Returns the last login with which a member of staff went to Klaviyo and was not sent back, if it can still be ended; otherwise null. */
export async function findUnreturned(
  shop: ShopDomain,
  userId: string,
  now: Date,
): Promise<{ readonly since: Date; readonly first: FirstSync } | null> {
  const [row] = await rowsOf<Pick<rows.klaviyo_authorization, 'created_at' | 'first_sync'>>(
    sql`
    select created_at, first_sync from klaviyo_authorization
    where shop = ${shop} and user_id = ${userId} and stage = 'begun' and created_at > ${oldest(now)}
    order by created_at desc limit 1`,
    autocommit,
  )
  return row ? { since: row.created_at, first: row.first_sync as FirstSync } : null
}

/** Deletes the logins from which Klaviyo has not sent a member of staff back. */
export async function deleteUnreturned(shop: ShopDomain, userId: string): Promise<void> {
  await execute(
    sql`delete from klaviyo_authorization where shop = ${shop} and user_id = ${userId} and stage = 'begun'`,
    autocommit,
  )
}

/** Deletes all logins of a shop. */
export async function deleteAuthorizations(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(sql`delete from klaviyo_authorization where shop = ${shop}`, on)
}
