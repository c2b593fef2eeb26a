import type { CustomerId } from '../ids.ts'
import type { IssueCode } from '../issue/reason-code.ts'
import { backoffMs, MAX_ATTEMPTS } from './backoff.ts'
import { after } from './instants.ts'
import type { PushOutcome } from './push-outcome.ts'

/** What becomes of a customer after a push. */
export type Settlement =
  | { readonly kind: 'synced'; readonly klaviyoId: string }
  | {
      readonly kind: 'issue'
      readonly code: IssueCode
      readonly words: string | null
      readonly conflictsWith: string | null
    }
  /** Tried again; counts as an attempt. */
  | { readonly kind: 'retry'; readonly notBefore: Date }
  /** Tried again; does not count as an attempt. */
  | { readonly kind: 'wait'; readonly notBefore: Date }

/** How long a change waits if Klaviyo refuses all requests, in milliseconds; a new key makes it ready at once. */
const HOLD_MS = 60_000

/** Returns what becomes of a customer after a push. `attempt` counts this attempt, from 1. */
export function settlementOf(
  push: { readonly customerId: CustomerId; readonly attempt: number },
  outcome: PushOutcome,
  now: Date,
): Settlement {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'synced', klaviyoId: outcome.klaviyoId }
    case 'refused':
      return { kind: 'issue', code: outcome.code, words: outcome.words, conflictsWith: outcome.conflictsWith }
    case 'throttled': // the account waits, which is no failure
      return { kind: 'wait', notBefore: after(now, outcome.retryAfterMs) }
    case 'unavailable':
      return retryOrIssue(push, 'klaviyo_unavailable', now)
    case 'unauthorized':
    case 'outdated':
    case 'misconfigured':
      return { kind: 'wait', notBefore: after(now, HOLD_MS) }
    default:
      return outcome satisfies never
  }
}

/** Returns what becomes of a customer whose read was older than a webhook reported. Shopify's replicas catch up within seconds. */
export function staleSettlementOf(
  push: { readonly customerId: CustomerId; readonly attempt: number },
  now: Date,
): Settlement {
  return retryOrIssue(push, 'shopify_stale', now)
}

function retryOrIssue(
  push: { readonly customerId: CustomerId; readonly attempt: number },
  code: IssueCode,
  now: Date,
): Settlement {
  if (push.attempt >= MAX_ATTEMPTS) return { kind: 'issue', code, words: null, conflictsWith: null }
  return { kind: 'retry', notBefore: after(now, backoffMs(push.attempt, push.customerId)) }
}
