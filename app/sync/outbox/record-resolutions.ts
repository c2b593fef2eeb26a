import { backoffMs } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import type { RequestKind } from '#app/core/flow/outbox.ts'
import { saveBlock } from '#app/store/blocked.ts'
import { autocommit, type Sql, transaction } from '#app/store/database.ts'
import { deferRequest, deleteRequests, type OutboxRequest, postponeRequests } from '#app/store/outbox.ts'
import { holdAccount } from '#app/store/shops.ts'
import { requestsBlocked } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import type { Resolution } from './request-module.ts'

export interface Resolved {
  readonly request: OutboxRequest<RequestKind>
  readonly resolution: Resolution
}

/** Records what becomes of requests. Returns how many were moved on. */
export async function recordResolutions(turn: ShopTurn, resolved: readonly Resolved[]): Promise<number> {
  // Most requests just end: one statement deletes them.
  const isPlain = ({ resolution }: Resolved) => resolution.kind === 'ended' && !resolution.save
  const plain = resolved.filter(isPlain)
  await deleteRequests(turn.shop, idsOf(plain), autocommit)
  const moved = [...plain]
  for (const one of resolved) if (!isPlain(one) && (await recordOne(turn, one))) moved.push(one)
  for (const { resolution } of moved) resolution.saved?.()
  return moved.length
}

/** Returns whether the request was moved on. */
async function recordOne(turn: ShopTurn, { request, resolution }: Resolved): Promise<boolean> {
  const { shop, clock } = turn
  const { id } = request
  switch (resolution.kind) {
    case 'ended':
      return record(turn, resolution, (on) => deleteRequests(shop, [id], on))
    case 'kept': {
      const { attempt = 0, waitMs } = resolution
      const change = { ...resolution, attempt, notBefore: after(clock(), waitMs) }
      return record(turn, resolution, (on) => deferRequest(shop, id, change, on))
    }
    case 'blocked': {
      const [now, { reason, retryMs }] = [clock(), resolution]
      const isNews = await saveBlock(shop, request.kind, { reason, now, until: after(now, retryMs) }, autocommit)
      if (isNews) requestsBlocked({ shop, kind: request.kind, reason })
      return false
    }
    case 'throttled':
      await holdBack(turn, [request], resolution.retryAfterMs)
      return false
    case 'unauthorized':
      return false // nothing is sent before there is another key
    case 'unavailable':
    case 'outdated':
    case 'misconfigured': {
      const attempt = request.attempt + 1
      await deferRequest(shop, id, { attempt, notBefore: after(clock(), backoffMs(attempt, id)) }, autocommit)
      return false
    }
  }
}

/** Records a change with what follows from it. What Klaviyo said about an account that is no longer connected is not recorded. */
function record(
  { shop, credential }: ShopTurn,
  { save }: Resolution,
  change: (on: Sql) => Promise<void>,
): Promise<boolean> {
  return transaction(async (on) => {
    if (!(await holdAccount(shop, credential.accountId, on))) return false
    await save?.(on)
    await change(on)
    return true
  })
}

/** Defers requests because the account must wait, which is no failure of theirs: no attempt is used up. */
export async function holdBack(
  { shop, clock, signal }: ShopTurn,
  requests: readonly OutboxRequest<RequestKind>[],
  waitMs: number,
): Promise<void> {
  if (signal.aborted || requests.length === 0) return
  await postponeRequests(
    shop,
    requests.map(({ id }) => id),
    after(clock(), waitMs),
  )
}

function idsOf(resolved: readonly Resolved[]): string[] {
  return resolved.map(({ request }) => request.id)
}
