import { backoffMs } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import type { RequestKind } from '#app/core/flow/outbox.ts'
import { type Interruption, isInterruption } from '#app/core/flow/push-outcome.ts'
import { saveBlock } from '#app/store/blocked.ts'
import { type Sql, transaction } from '#app/store/database.ts'
import {
  deferRequest,
  deleteRequests,
  listDueRequests,
  type OutboxRequest,
  postponeRequests,
} from '#app/store/outbox.ts'
import { holdAccount } from '#app/store/shops.ts'
import { acquireCalls } from '../deliver/acquire-calls.ts'
import { applyBackpressure } from '../deliver/apply-backpressure.ts'
import { requestsBlocked } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import type { RequestModule, Resolution } from './request-module.ts'

/**
 * Sends the requests of one kind that are due. A request is deleted only when what came of it is recorded, so one whose answer is lost is
 * sent again. Returns how many were moved on.
 */
export async function runOutbox<Kind extends RequestKind, Send, Answer extends { readonly kind: string }>(
  turn: ShopTurn,
  module: RequestModule<Kind, Send, Answer>,
): Promise<number> {
  const { shop, credential, clock, signal } = turn
  const { kind, atATime: limit, atOnce } = module
  const due = await listDueRequests(shop, kind, { accountId: credential.accountId, limit, now: clock() })
  let moved = 0
  for (let at = 0; at < due.length && !signal.aborted; at += atOnce) {
    const sent = await sendGroup(turn, module, due.slice(at, at + atOnce))
    moved += sent.moved
    if (!sent.stop) continue
    await holdBack(turn, [...sent.unsent, ...due.slice(at + atOnce)], sent.stop)
    break
  }
  return moved
}

type Request<Kind extends RequestKind> = OutboxRequest<Kind>
type Stop = Interruption | Extract<Resolution, { kind: 'blocked' }>

interface GroupSent<Kind extends RequestKind> {
  readonly moved: number
  /** Why no more requests of the kind can be sent now, and those of the group that were not; null if more can. */
  readonly stop: Stop | null
  readonly unsent: readonly Request<Kind>[]
}

async function sendGroup<Kind extends RequestKind, Send, Answer extends { readonly kind: string }>(
  turn: ShopTurn,
  module: RequestModule<Kind, Send, Answer>,
  requests: readonly Request<Kind>[],
): Promise<GroupSent<Kind>> {
  const prepared = await module.prepare(turn, requests)
  const [calls, ready] = [[], []] as [{ request: Request<Kind>; send: Send }[], Resolved<Kind>[]]
  for (const [i, request] of requests.entries()) {
    const one = prepared[i]!
    if ('kind' in one) ready.push({ request, resolution: one })
    else calls.push(...one.map((send) => ({ request, send })))
  }
  let moved = await saveAll(turn, module, ready)
  const stopped = stopOf(ready)
  if (stopped) return { moved, stop: stopped, unsent: calls.map(({ request }) => request) }
  while (calls.length > 0) {
    const allowed = await acquireCalls(turn, module.endpoint, calls.length)
    if (allowed.kind !== 'granted') return { moved, stop: allowed, unsent: calls.map(({ request }) => request) }
    const batch = calls.splice(0, allowed.calls)
    const answers = await Promise.all(batch.map(({ send, request }) => module.send(turn, send, request)))
    const stop = await applyBackpressure(turn, allowed, answers)
    const resolved: Resolved<Kind>[] = []
    for (const [i, { request, send }] of batch.entries()) {
      const answer = answers[i]!
      const resolution = isInterruption(answer)
        ? (stop ?? answer)
        : await module.resolve(turn, answer as Exclude<Answer, Interruption>, send, request)
      resolved.push({ request, resolution })
    }
    moved += await saveAll(turn, module, resolved)
    const blocked = stop ?? stopOf(resolved.filter(({ resolution }) => resolution.kind === 'blocked'))
    if (blocked) return { moved, stop: blocked, unsent: calls.map(({ request }) => request) }
  }
  return { moved, stop: null, unsent: [] }
}

interface Resolved<Kind extends RequestKind> {
  readonly request: Request<Kind>
  readonly resolution: Resolution
}

function stopOf(resolved: readonly Resolved<RequestKind>[]): Stop | null {
  for (const { resolution } of resolved)
    if (resolution.kind === 'blocked' || isInterruption(resolution)) return resolution
  return null
}

/** Records what becomes of requests. Returns how many were moved on. */
async function saveAll<Kind extends RequestKind, Send, Answer extends { readonly kind: string }>(
  turn: ShopTurn,
  module: RequestModule<Kind, Send, Answer>,
  resolved: readonly Resolved<Kind>[],
): Promise<number> {
  // Most requests just end: one statement deletes them.
  const ended = resolved.filter(({ resolution }) => resolution.kind === 'ended' && !resolution.save)
  const ids = ended.map(({ request }) => request.id)
  await deleteRequests(turn.shop, ids)
  let moved = ended.length
  for (const one of resolved) if (!ended.includes(one) && (await saveOne(turn, module, one))) moved++
  for (const { resolution } of resolved) resolution.saved?.()
  const done = resolved.filter(({ resolution }) => resolution.kind === 'ended' && !resolution.givenUp)
  if (done.length > 0) await module.ended?.(turn, done.length)
  return moved
}

async function saveOne<Kind extends RequestKind, Send, Answer extends { readonly kind: string }>(
  turn: ShopTurn,
  module: RequestModule<Kind, Send, Answer>,
  { request, resolution }: Resolved<Kind>,
): Promise<boolean> {
  const { shop, clock } = turn
  switch (resolution.kind) {
    case 'ended':
      await record(turn, resolution, (on) => deleteRequests(shop, [request.id], on))
      return true
    case 'kept': {
      const { waitMs, attempt = 0, state, remoteId, payload } = resolution
      const change = {
        attempt,
        notBefore: after(clock(), waitMs),
        ...(state && { state }),
        ...(remoteId && { remoteId }),
      }
      await record(turn, resolution, (on) =>
        deferRequest(shop, request.id, { ...change, ...(payload && { payload }) }, on),
      )
      return true
    }
    case 'blocked':
      return block(turn, request, resolution)
    case 'throttled':
      await holdBack(turn, [request], resolution)
      return false
    case 'unauthorized':
      return false // nothing is sent before there is another key
    case 'unavailable':
    case 'outdated':
      return retry(turn, module, request)
  }
}

async function block(
  { shop, clock }: ShopTurn,
  { kind }: Request<RequestKind>,
  { reason, retryMs }: Extract<Resolution, { kind: 'blocked' }>,
): Promise<false> {
  const now = clock()
  if (await saveBlock(shop, kind, { reason, now, until: after(now, retryMs) })) requestsBlocked({ shop, kind, reason })
  return false
}

/** What Klaviyo said about an account that the shop is no longer connected to is not recorded. */
async function record(
  { shop, credential }: ShopTurn,
  { save }: Resolution,
  change: (on: Sql) => Promise<void>,
): Promise<void> {
  await transaction(async (on) => {
    if (!(await holdAccount(shop, credential.accountId, on))) return
    await save?.(on)
    await change(on)
  })
}

async function retry<Kind extends RequestKind, Send, Answer extends { readonly kind: string }>(
  turn: ShopTurn,
  module: RequestModule<Kind, Send, Answer>,
  request: Request<Kind>,
): Promise<boolean> {
  const attempt = request.attempt + 1
  if (module.giveUp && attempt > (module.maxAttempts ?? Number.POSITIVE_INFINITY)) {
    const resolution = module.giveUp(turn, request)
    const saved = await saveOne(turn, module, { request, resolution })
    resolution.saved?.()
    return saved
  }
  await deferRequest(turn.shop, request.id, { attempt, notBefore: after(turn.clock(), backoffMs(attempt, request.id)) })
  return false
}

/** The account must wait, which is no failure of the requests: no attempt is used up. */
async function holdBack(
  { shop, clock, signal }: ShopTurn,
  requests: readonly Request<RequestKind>[],
  stop: Stop,
): Promise<void> {
  if (stop.kind !== 'throttled' || signal.aborted) return
  const ids = requests.map(({ id }) => id)
  await postponeRequests(shop, ids, after(clock(), stop.retryAfterMs))
}
