import { type CustomerId, customerNumber, type ShopDomain } from '#app/core/ids.ts'
import { isRuleCode, type ReasonCode, reasonCodes, ruleCodes } from '#app/core/issue/reason-code.ts'
import type {
  IdentityConflict,
  UnsyncedPage,
  UnsyncedReason,
  UnsyncedTab,
} from '#app/core/report/unsynced-customers.ts'
import { readCustomerNames } from '#app/shopify/read-customers.ts'
import { listOmitted, listUnsynced, type UnsyncedRow } from '#app/store/profiles.ts'

const OWN_PAGE = [
  'no_email',
  'invalid_email',
  'future_only',
  'already_in_klaviyo',
  'limit',
] as const satisfies readonly ReasonCode[]

const codesOfTab: Record<Exclude<UnsyncedTab, 'omitted'>, readonly ReasonCode[]> = {
  no_email: ['no_email'],
  invalid_email: ['invalid_email'],
  future_only: ['future_only'],
  already_in_klaviyo: ['already_in_klaviyo'],
  limit: ['limit'],
  rules: ruleCodes,
  other: reasonCodes.filter((code) => !isRuleCode(code) && !(OWN_PAGE as readonly ReasonCode[]).includes(code)),
}

function codesOf(reason: Exclude<UnsyncedReason, 'omitted'>): readonly ReasonCode[] {
  return isRuleCode(reason) ? [reason] : codesOfTab[reason]
}

/** A page of customers that have no profile in step, with names and addresses read from Shopify at this moment: none is stored. */
export async function listUnsyncedCustomers(
  shop: ShopDomain,
  page: { reason: UnsyncedReason; after: string | null; limit: number },
): Promise<UnsyncedPage> {
  const after: CustomerId | null = page.after === null ? null : (customerNumber.safeParse(page.after).data ?? null)
  const limit = page.limit + 1
  const rows =
    page.reason === 'omitted'
      ? await listOmitted(shop, { after, limit })
      : await listUnsynced(shop, { codes: codesOf(page.reason), after, limit })
  const shown = rows.slice(0, page.limit)
  const answer =
    shown.length === 0
      ? null
      : await readCustomerNames(
          shop,
          shown.map((row) => row.customerId),
        )
  const names = answer?.kind === 'answered' ? answer.data : []
  return {
    customers: shown.map((row, i) => ({
      customerId: row.customerId,
      name: names[i]?.name ?? null,
      email: names[i]?.email ?? null,
      code: row.code,
      words: row.words,
      conflict: row.conflictsWith !== null || row.code === 'identity_conflict' ? conflictOf(row) : null,
      omitted: row.omitted.map(({ field, reason, words }) => ({ field, reason, words })),
      since: row.readAt.toISOString(),
    })),
    next: rows.length > page.limit ? (shown.at(-1)?.customerId ?? null) : null,
    liveReadFailed: answer !== null && answer.kind !== 'answered',
  }
}

function conflictOf({ klaviyoId, conflictsWith }: UnsyncedRow): IdentityConflict {
  return { own: klaviyoId, other: conflictsWith }
}
