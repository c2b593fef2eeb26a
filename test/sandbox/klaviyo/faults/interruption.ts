import { answerOf, cut, type Delivery, silence } from '../exchange/delivery.ts'
import { errorDocument, retired, throttled } from '../exchange/errors.ts'
import type { Sandbox } from '../sandbox.ts'
import type { FaultKind } from './fault-spec.ts'
import type { StandingFault, Visit } from './faults.ts'

const kinds = [
  'retired',
  'edge',
  'throttle',
  'status',
  'resetBefore',
  'hang',
  'resetAfter',
  'truncate',
  'empty',
] as const

/** A fault that strikes between the door and the answer. */
export interface Interruption {
  readonly fault: StandingFault<(typeof kinds)[number] | 'poison'>
  /** What goes out instead of applying the request; null when it is applied and the answer is spoiled afterwards. */
  readonly delivery: Delivery | null
}

export function interruptionOf({ faults, limits, clock }: Sandbox, visit: Visit, body: string): Interruption | null {
  const poison = faults.standing.some(({ spec }) => spec.kind === 'poison' && body.includes(spec.text))
  const fault = poison ? faults.strike(['poison'], visit) : faults.strike(kinds, visit)
  if (fault === null) return null
  const { spec } = fault
  const cid = { cid: visit.account }
  switch (spec.kind) {
    case 'throttle': {
      limits.block(visit.quota ?? visit.account, visit.operation, clock() + spec.retryAfterSeconds * 1000)
      const { status, errors, headers } = throttled(spec.retryAfterSeconds)
      return { fault, delivery: answerOf(status, errorDocument(errors), { ...cid, ...headers }) }
    }
    case 'status':
      return { fault, delivery: brokenAnswer(spec.status, cid) }
    case 'poison':
      return { fault, delivery: brokenAnswer(500, cid) }
    case 'edge':
      return { fault, delivery: edgeAnswer(spec.status, spec.page) }
    case 'retired':
      return { fault, delivery: answerOf(spec.status ?? 410, errorDocument([retired(spec.status ?? 410)]), cid) }
    case 'resetBefore':
      return { fault, delivery: cut }
    case 'hang':
      return { fault, delivery: silence }
    default:
      return { fault, delivery: null }
  }
}

/** What became of the answer to a request that was applied. */
export function spoiled(delivery: Delivery, kind: FaultKind | null): Delivery {
  switch (kind) {
    case 'resetAfter':
      return cut
    case 'empty':
      return { ...delivery, status: 200, text: '' }
    case 'truncate':
      return { ...delivery, text: delivery.text.slice(0, Math.ceil(delivery.text.length / 2)) || '{"dat' }
    default:
      return delivery
  }
}

// 502, 504 and 524 come from what stands before Klaviyo, and that speaks HTML.
const gatewayWords: Readonly<Record<number, string>> = {
  502: 'Bad Gateway',
  504: 'Gateway Time-out',
  524: 'A timeout occurred',
}

/** What a firewall says before a request comes to Klaviyo. Recorded: klaviyo-api-python #84. */
function edgeAnswer(status: number, page: 'challenge' | 'html' | 'empty'): Delivery {
  const challenge: Readonly<Record<string, string>> = page === 'challenge' ? { 'cf-mitigated': 'challenge' } : {}
  const title = page === 'challenge' ? 'Just a moment...' : 'Access denied'
  const text = page === 'empty' ? '' : `<!DOCTYPE html><html><head><title>${title}</title></head><body></body></html>`
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8', ...challenge }, text, way: 'answer' }
}

function brokenAnswer(status: number, headers: Readonly<Record<string, string>>): Delivery {
  const words = gatewayWords[status]
  if (words !== undefined) {
    const text = `<html><head><title>${status} ${words}</title></head><body><h1>${status} ${words}</h1></body></html>`
    return { status, headers: { 'content-type': 'text/html' }, text, way: 'answer' }
  }
  const title = status === 503 ? 'Service unavailable.' : 'A server error occurred.'
  const code = status === 503 ? 'service_unavailable' : 'error'
  return answerOf(
    status,
    errorDocument([{ status, code, title, detail: title, source: { pointer: '/data/' } }]),
    headers,
  )
}
