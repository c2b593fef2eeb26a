import { type CustomerId, customerNumber, type ShopDomain } from '#app/core/ids.ts'
import { isRuleCode, type ReasonCode, reasonCodes, ruleCodes } from '#app/core/issue/reason-code.ts'
import type {
  IdentityConflict,
  UnsyncedPage,
  UnsyncedReason,
  UnsyncedTab,
} from '#app/core/report/unsynced-customers.ts'
import { readCustomerNames } from '#app/shopify/read-customers.ts'
import { type ListedProfile, listInSync, listOmitted, listUnsynced, listWaiting } from '#app/store/profile-lists.ts'
import { findShop } from '#app/store/shops.ts'
import { findRun } from '#app/store/sync-runs.ts'

const OWN_PAGE = [
  'no_email',
  'invalid_email',
  'future_only',
  'already_in_klaviyo',
  'limit',
] as const satisfies readonly ReasonCode[]

/** Lists that are not selected by a reason. */
type NoCode = 'in_sync' | 'waiting' | 'omitted' | 'run'

const codesOfTab: Record<Exclude<UnsyncedTab, NoCode>, readonly ReasonCode[]> = {
  no_email: ['no_email'],
  invalid_email: ['invalid_email'],
  future_only: ['future_only'],
  already_in_klaviyo: ['already_in_klaviyo'],
  limit: ['limit'],
  rules: ruleCodes,
  other: reasonCodes.filter((code) => !isRuleCode(code) && !(OWN_PAGE as readonly ReasonCode[]).includes(code)),
}

const issueCodes: readonly ReasonCode[] = ['invalid_email', ...codesOfTab.other]

function codesOf(reason: Exclude<UnsyncedReason, NoCode>): readonly ReasonCode[] {
  return isRuleCode(reason) ? [reason] : codesOfTab[reason]
}

/** A page of customers without a profile in sync, with names and addresses read from Shopify now: none of these is stored. */
export async function listUnsyncedCustomers(
  shop: ShopDomain,
  page: { reason: UnsyncedReason; run?: string | null; after: string | null; limit: number },
): Promise<UnsyncedPage> {
  const after: CustomerId | null = page.after === null ? null : (customerNumber.safeParse(page.after).data ?? null)
  const limit = page.limit + 1
  const [rows, known] = await Promise.all([rowsFor(shop, page, { after, limit }), findShop(shop)])
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
      since: row.readAt?.toISOString() ?? null,
    })),
    next: rows.length > page.limit ? (shown.at(-1)?.customerId ?? null) : null,
    filled: known?.filledAt != null,
    liveReadFailed: answer !== null && answer.kind !== 'answered',
  }
}

async function rowsFor(
  shop: ShopDomain,
  { reason, run }: { reason: UnsyncedReason; run?: string | null },
  page: { after: CustomerId | null; limit: number },
): Promise<ListedProfile[]> {
  switch (reason) {
    case 'in_sync':
      return listInSync(shop, page)
    case 'waiting':
      return listWaiting(shop, page)
    case 'omitted':
      return listOmitted(shop, page)
    case 'run': {
      // A run reads every customer, so issues that already existed at its end and still exist are those that it found.
      const found = run ? await findRun(shop, run) : null
      return found ? listUnsynced(shop, { codes: issueCodes, foundBy: found.finishedAt, ...page }) : []
    }
    default:
      return listUnsynced(shop, { codes: codesOf(reason), foundBy: null, ...page })
  }
}

function conflictOf({ klaviyoId, conflictsWith }: ListedProfile): IdentityConflict {
  return { own: klaviyoId, other: conflictsWith }
}
