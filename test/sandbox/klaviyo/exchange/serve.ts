import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { FaultKind } from '../faults/fault-spec.ts'
import { interruptionOf, spoiled } from '../faults/interruption.ts'
import { controlSandbox } from '../faults/sandbox-control.ts'
import { authorizePage } from '../oauth/authorize-page.ts'
import { tokenDoor } from '../oauth/token-door.ts'
import { handlers } from '../route-handlers.ts'
import type { Sandbox } from '../sandbox.ts'
import { type Admission, admit, type Visit } from './admission.ts'
import { parseBody, readRaw } from './body.ts'
import type { Answer } from './call.ts'
import { answerOf, type Delivery, deliver } from './delivery.ts'
import { errorDocument, Refusal } from './errors.ts'

/** Takes one request from the socket to its answer. */
export async function serve(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const raw = await readRaw(request)
  if (raw === null) return
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`)
  if (url.pathname.startsWith('/__sandbox/')) {
    deliver(request, response, controlSandbox(sandbox, `${request.method} ${url.pathname}`, raw))
    return
  }
  if (url.pathname.startsWith('/oauth/')) {
    const isPage = url.pathname.startsWith('/oauth/authorize')
    deliver(request, response, isPage ? authorizePage(sandbox, url) : tokenDoor(sandbox, request, { url, raw }))
    return
  }
  const visit: Visit = { request, url, now: sandbox.clock(), shownKey: null, key: null, route: null, headers: {} }
  const outcome = await outcomeOf(sandbox, visit, raw)
  record(sandbox, visit, outcome)
  deliver(request, response, outcome.delivery)
}

interface Outcome {
  readonly delivery: Delivery
  readonly profiles: number
  readonly fault: FaultKind | null
}

async function outcomeOf(sandbox: Sandbox, visit: Visit, raw: Buffer): Promise<Outcome> {
  let fault: FaultKind | null = null
  try {
    const admission = admit(sandbox, visit)
    const struck = {
      operation: admission.route.operation,
      account: admission.account.id,
      quota: admission.quota,
    }
    const slow = sandbox.faults.strike(['slow'], struck)
    // Real time, unlike everything else here, because the client's own time-out runs on it.
    if (slow !== null) await pause(slow.spec.ms, undefined, { ref: false })
    const interruption = interruptionOf(sandbox, struck, raw.toString())
    fault = interruption?.fault.spec.kind ?? slow?.spec.kind ?? null
    if (interruption !== null && fault !== 'throttle' && fault !== 'retired')
      admission.account.parts.refusals.unanswered += 1
    if (interruption?.delivery) return { delivery: interruption.delivery, profiles: 0, fault }
    const answer = apply(sandbox, visit, { admission, raw })
    const delivery = answerOf(answer.status, answer.document, { ...visit.headers, ...answer.headers })
    return { delivery: spoiled(delivery, fault), profiles: answer.profiles ?? 0, fault }
  } catch (error) {
    return { delivery: refusalOf(error, visit), profiles: 0, fault }
  }
}

function apply(sandbox: Sandbox, visit: Visit, { admission, raw }: { admission: Admission; raw: Buffer }): Answer {
  const { account, route } = admission
  const body = parseBody(visit.request, raw, sandbox.disputed)
  const call = {
    account,
    faults: sandbox.faults,
    operation: route.operation,
    params: route.params,
    query: visit.url.searchParams,
    body: body.value,
    bodyBytes: body.bytes,
    base: visit.url.origin,
    target: visit.url.pathname + visit.url.search,
    now: sandbox.clock(),
  }
  try {
    return handlers[route.operation](call)
  } catch (error) {
    if (error instanceof Refusal) account.parts.refusals.noteRequest(body.value, error.errors)
    throw error
  }
}

/** A Refusal is Klaviyo's; anything else is a fault of the stand-in, and says so. */
function refusalOf(error: unknown, visit: Visit): Delivery {
  if (error instanceof Refusal) {
    return answerOf(error.status, errorDocument(error.errors), { ...visit.headers, ...error.headers })
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const title = 'The stand-in failed.'
  return answerOf(
    500,
    errorDocument([{ status: 500, code: 'stand_in', title, detail, source: { pointer: '/data' } }]),
    {},
  )
}

function record(sandbox: Sandbox, visit: Visit, { delivery, profiles, fault }: Outcome): void {
  sandbox.log.record({
    at: visit.now,
    key: visit.shownKey,
    account: visit.key?.account.id ?? null,
    method: visit.request.method ?? 'GET',
    operation: visit.route?.operation ?? null,
    path: visit.url.pathname,
    status: delivery.status,
    profiles,
    fault,
  })
}
