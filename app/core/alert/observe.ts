import type { SyncCard, SyncRunKind } from '../report/sync-card.ts'
import type { Alerts } from '../settings/alerts.ts'
import type { AlertCause } from './causes.ts'
import type { AlertDetail } from './message.ts'

/** What is known of a shop at one moment. */
export interface AlertFacts {
  readonly card: Pick<SyncCard, 'connection' | 'integration' | 'run' | 'liveStall' | 'shopifyTrouble' | 'parts'>
  /** The run that failed last, if none has finished since; null otherwise. */
  readonly failedRun: { readonly id: string; readonly kind: SyncRunKind; readonly at: Date } | null
  /** The run that waits for a yes, unless one with the same choices did before; null if none does. */
  readonly heldRun: {
    readonly id: string
    readonly kind: SyncRunKind
    readonly at: Date
    readonly customers: number
    readonly of: number
  } | null
  /** What the last comparison found that no webhook had told of; null while webhooks arrive. */
  readonly silence: { readonly foundAt: Date; readonly customers: number } | null
}

/** A cause that is present: since when, and what is known of it. */
export interface Condition {
  readonly since: Date
  readonly detail: AlertDetail
}

/** What a cause is asked with. */
interface Asked {
  readonly choice: Alerts
  /** An alert is open: a share that moves about the limit does not open another one each time. */
  readonly isOpen: boolean
  readonly now: Date
}

const MINUTE_MS = 60_000
/** An open alert about issues is over once the share is this part of the limit. */
const RECOVERED_SHARE = 0.8

/** For each cause, what is present of it now; null if nothing is. */
export const conditions: Readonly<Record<AlertCause, (facts: AlertFacts, asked: Asked) => Condition | null>> = {
  klaviyo_refused: ({ card: { connection } }) =>
    connection.kind === 'refused' ? { since: new Date(connection.refusedAt), detail: {} } : null,

  stalled: ({ card }, { choice, now }) => {
    const stalls = [card.run?.stall ?? null, card.liveStall, troubleOf(card)].filter((stall) => stall !== null)
    const long = stalls.filter(({ why, since }) => why !== 'klaviyo_refused' && isLong(since, choice, now))
    const first = long.sort((a, b) => a.since.localeCompare(b.since))[0]
    return first ? { since: new Date(first.since), detail: { stall: first.why } } : null
  },

  many_issues: ({ card: { parts } }, { choice, isOpen, now }) => {
    const customers = parts.invalidEmail + parts.otherIssues
    const limit = (choice.issuesPercent / 100) * (isOpen ? RECOVERED_SHARE : 1)
    if (parts.customers === 0 || customers / parts.customers <= limit) return null
    return { since: now, detail: { customers, of: parts.customers } }
  },

  run_failed: ({ failedRun }) =>
    failedRun && { since: failedRun.at, detail: { run: failedRun.kind, runId: failedRun.id } },

  run_held: ({ heldRun }) =>
    heldRun && {
      since: heldRun.at,
      detail: { run: heldRun.kind, runId: heldRun.id, customers: heldRun.customers, of: heldRun.of },
    },

  webhooks_silent: ({ silence }) => silence && { since: silence.foundAt, detail: { customers: silence.customers } },
}

/** A refusal of Shopify's stops everything; fields that are withheld do not. */
function troubleOf({ shopifyTrouble }: AlertFacts['card']) {
  if (!shopifyTrouble || shopifyTrouble.why === 'fields_withheld') return null
  return { why: shopifyTrouble.why, since: shopifyTrouble.since }
}

function isLong(since: string, { stillMinutes }: Alerts, now: Date): boolean {
  return now.getTime() - Date.parse(since) >= stillMinutes * MINUTE_MS
}
