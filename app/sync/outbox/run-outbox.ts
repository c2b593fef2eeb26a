import type { RequestKind } from '#app/core/flow/outbox.ts'
import { type Interruption, isInterruption } from '#app/core/flow/push-outcome.ts'
import { listDueRequests, type OutboxRequest } from '#app/store/outbox.ts'
import { acquireCalls, type GrantedCalls } from '../deliver/acquire-calls.ts'
import { applyBackpressure } from '../deliver/apply-backpressure.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { holdBack, type Resolved, recordResolutions } from './record-resolutions.ts'
import type { RequestModule, Resolution } from './request-module.ts'

/** Why no more requests of a kind can be sent now. */
type Stop = Interruption | Extract<Resolution, { kind: 'blocked' }>

interface Call<Kind extends RequestKind, Send> {
  readonly request: OutboxRequest<Kind>
  readonly send: Send
}

interface Progress {
  readonly moved: number
  /** Null if more can be sent. */
  readonly stop: Stop | null
}

/**
 * Sends the requests of one kind that are due. A request is deleted only together with what follows from its answer, so one whose answer is
 * lost is sent again. Returns how many were moved on.
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
    const { calls, ...prepared } = await prepareGroup(turn, module, due.slice(at, at + atOnce))
    moved += prepared.moved
    let { stop } = prepared
    while (calls.length > 0 && !stop) {
      const allowed = await acquireCalls(turn, module.endpoint, calls.length)
      if (allowed.kind !== 'granted') {
        stop = allowed
        break
      }
      const sent = await sendCalls(turn, module, allowed, calls.splice(0, allowed.calls))
      moved += sent.moved
      stop = sent.stop
    }
    if (!stop) continue
    const unsent = [...calls.map(({ request }) => request), ...due.slice(at + atOnce)]
    if (stop.kind === 'throttled') await holdBack(turn, unsent, stop.retryAfterMs)
    break
  }
  return moved
}

/** Records what becomes of requests for which no call is to be made. Returns the calls for the others. */
async function prepareGroup<Kind extends RequestKind, Send, Answer extends { readonly kind: string }>(
  turn: ShopTurn,
  module: RequestModule<Kind, Send, Answer>,
  requests: readonly OutboxRequest<Kind>[],
): Promise<Progress & { readonly calls: Call<Kind, Send>[] }> {
  const prepared = await module.prepare(turn, requests)
  const calls: Call<Kind, Send>[] = []
  const resolved: Resolved[] = []
  for (const [i, request] of requests.entries()) {
    const one = prepared[i]!
    if ('kind' in one) resolved.push({ request, resolution: one })
    else calls.push(...one.map((send) => ({ request, send })))
  }
  const moved = await recordResolutions(turn, resolved)
  const stop = resolved.map(({ resolution }) => resolution).find(isStop) ?? null
  return { calls, moved, stop }
}

/** Makes the calls that were granted, all at once, and records what becomes of their requests. */
async function sendCalls<Kind extends RequestKind, Send, Answer extends { readonly kind: string }>(
  turn: ShopTurn,
  module: RequestModule<Kind, Send, Answer>,
  allowed: GrantedCalls,
  calls: readonly Call<Kind, Send>[],
): Promise<Progress> {
  const answers = await Promise.all(calls.map(({ send, request }) => module.send(turn, send, request)))
  const stop = await applyBackpressure(turn, allowed, answers)
  const resolved: Resolved[] = []
  for (const [i, { request, send }] of calls.entries()) {
    const answer = answers[i]!
    const resolution = isInterruption(answer)
      ? (stop ?? answer)
      : await module.resolve(turn, answer as Exclude<Answer, Interruption>, send, request)
    resolved.push({ request, resolution })
  }
  const moved = await recordResolutions(turn, resolved)
  const ended = resolved.filter(({ resolution }) => resolution.kind === 'ended' && !resolution.givenUp)
  if (ended.length > 0) await module.ended?.(turn, ended.length)
  const blocked = resolved.map(({ resolution }) => resolution).find(({ kind }) => kind === 'blocked')
  return { moved, stop: stop ?? (blocked as Stop | undefined) ?? null }
}

function isStop(resolution: Resolution): resolution is Stop {
  return resolution.kind === 'blocked' || isInterruption(resolution)
}
