import { setTimeout as wait } from 'node:timers/promises'
import { answerJson, type Exchange } from './exchange.ts'
import type { Chance, ShopifyFaults } from './faults.ts'

const GATEWAY_PAGE = `<!DOCTYPE html>
<html><head><title>Bad gateway</title></head><body><h1>Something went wrong</h1></body></html>`

const wordsOf: Readonly<Record<number, string>> = {
  401: '[API] Invalid API key or access token (unrecognized login or wrong password)',
  402: 'Unavailable Shop',
  403: 'Forbidden',
  404: 'Not Found',
  423: 'Locked',
}

/** The status of a failure that came before the door did its work; 0 for a cut connection, null for none. */
export async function failBefore(exchange: Exchange, faults: ShopifyFaults, chance: Chance): Promise<number | null> {
  const slow = faults.strike('slow', chance)
  if (slow) await wait(slow.delayMs, undefined, { ref: false })
  if (faults.strike('reset', { ...chance, when: 'before' })) return cut(exchange)
  const tooMany = faults.strike('too-many-requests', chance)
  if (tooMany) {
    const headers = { 'retry-after': tooMany.retryAfterSeconds.toFixed(1) }
    answerJson(exchange, 429, { errors: 'Exceeded API rate limit. Please retry later.' }, headers)
    return 429
  }
  if (chance.door === 'graphql' && faults.strike('address-refused', chance)) {
    answerJson(exchange, 403, {
      errors: '[API] Access from IP address 203.0.113.7 is not on the allowlist of this app',
    })
    return 403
  }
  const failure = faults.strike('status', chance)
  if (!failure) return null
  if (failure.html) exchange.response.writeHead(failure.status, { 'content-type': 'text/html' }).end(GATEWAY_PAGE)
  else answerJson(exchange, failure.status, { errors: wordsOf[failure.status] ?? 'Internal Server Error' })
  return failure.status
}

/** Whether the answer is lost on its way: the work is done and nobody hears of it. */
export function failAfter(exchange: Exchange, faults: ShopifyFaults, chance: Chance): boolean {
  if (!faults.strike('reset', { ...chance, when: 'after' })) return false
  cut(exchange)
  return true
}

function cut({ request }: Exchange): number {
  request.socket.destroy()
  return 0
}
