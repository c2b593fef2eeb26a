import { answerJson, type Exchange, jsonBody } from './exchange.ts'
import type { Fault, ShopifyFaults } from './faults.ts'
import type { RequestLog } from './request-log.ts'
import type { Shop } from './shop/shop.ts'

export interface SandboxDoor {
  readonly shops: () => Iterable<Shop>
  readonly faults: ShopifyFaults
  readonly log: RequestLog
}

/** `/__sandbox/*`: what Shopify does not have, so that a demo can be told to go wrong, and asked what it saw. */
export function answerSandbox(door: SandboxDoor, exchange: Exchange): void {
  const { status, value } = answerTo(door, exchange)
  answerJson(exchange, status, value)
}

interface Answer {
  readonly status: number
  readonly value: object
}

function answerTo(door: SandboxDoor, exchange: Exchange): Answer {
  switch (`${exchange.request.method} ${exchange.url.pathname}`) {
    case 'POST /__sandbox/faults':
      return faultAdded(door, exchange)
    case 'DELETE /__sandbox/faults':
      door.faults.clear((exchange.url.searchParams.get('kind') ?? undefined) as Fault['kind'] | undefined)
      return { status: 200, value: { faults: door.faults.standing() } }
    case 'GET /__sandbox/state':
      return { status: 200, value: stateOf(door) }
    default:
      return { status: 404, value: { error: 'the sandbox has faults and state' } }
  }
}

function faultAdded({ faults }: SandboxDoor, exchange: Exchange): Answer {
  const fault = jsonBody(exchange)
  if (typeof fault?.kind !== 'string') return { status: 400, value: { error: 'a fault has a kind' } }
  faults.cause(fault as unknown as Fault)
  return { status: 201, value: { faults: faults.standing() } }
}

function stateOf({ shops, faults, log }: SandboxDoor): object {
  const shopStates = [...shops()].map((shop) => ({
    domain: shop.domain,
    installed: shop.installed,
    customers: shop.customers.count,
    points: shop.points.status(),
    bulkOperations: shop.bulk.all().map(({ id, status, objectCount }) => ({ id, status, objectCount })),
    webhooks: shop.webhooks.stats,
  }))
  return { shops: shopStates, faults: faults.standing(), requests: log.counts(), leaks: log.leaks().length }
}
