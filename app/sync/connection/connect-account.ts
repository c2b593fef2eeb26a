import { type FirstSync, STARTS_BY_ITSELF_MS } from '#app/core/flow/first-sync.ts'
import { after } from '#app/core/flow/instants.ts'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { ownerPropertyOf, plainSharing, type Sharing } from '#app/core/profile/sharing.ts'
import type { ConnectOutcome } from '#app/core/report/connect-outcome.ts'
import { listRecentProperties } from '#app/klaviyo/recent-properties.ts'
import { clearBlocks } from '#app/store/blocked.ts'
import {
  findConnection,
  findSharedPrefixes,
  holdPrefixes,
  type NewConnection,
  saveConnection,
} from '#app/store/connections.ts'
import { autocommit, type Sql, transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { endDryRun } from '#app/store/dry-runs.ts'
import { deleteAllProfiles } from '#app/store/forgotten-profiles.ts'
import { changeIntegrationStatus } from '#app/store/integration.ts'
import { forgetRevocations, saveRevocation } from '#app/store/klaviyo-revocations.ts'
import { makeAllMarksReady } from '#app/store/marks.ts'
import { forgetRequests } from '#app/store/outbox.ts'
import { endReadBack } from '#app/store/read-backs.ts'
import { saveStartAt, startFullRun } from '#app/store/run-starts.ts'
import { leaveSegmentLists } from '#app/store/segment-lists.ts'
import { findShop, forgetList, lockShop, recordAccount, type Shop, saveForeignProperties } from '#app/store/shops.ts'
import { cancelOpenRun } from '#app/store/sync-runs.ts'
import { shopEvent } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'
import { freePrefix, isTaken, saveSharing } from './save-sharing.ts'

type Objection = Extract<ConnectOutcome, { kind: 'account_shared' | 'prefix_taken' }>

/** What connecting needs to know beside the account. */
export interface HowToConnect {
  /** What the shop writes beside other shops in the account; null if the merchant was not asked yet. */
  readonly sharing: Sharing | null
  /** With `choose`, an account that is connected anew gets no profile before the merchant starts the sync, or an hour has passed. */
  readonly first: FirstSync
  readonly now: Date
}

/**
 * Connects a shop to a Klaviyo account whose key or grant was checked, in place of the connection before, and starts the first sync unless the
 * integration is off. The merchant is asked what the shop writes beside other shops if it has not been connected beside them. Unless `connected` is
 * returned, nothing is stored. What is known of the account's profiles, their history included, stays known.
 */
export async function connectAccount(
  shop: ShopDomain,
  { made, access }: { made: NewConnection; access: KlaviyoAccess },
  { sharing, first, now }: HowToConnect,
): Promise<Extract<ConnectOutcome, { kind: 'connected' | 'account_shared' | 'prefix_taken' }>> {
  const { accountId, accountName } = made
  const known = await findShop(shop)
  const isNewAccount = known?.recordedAccount !== accountId
  const chosen = sharing ?? (known && !isNewAccount ? await chosenBefore(known) : null)
  const objection = async (on: Sql): Promise<Objection | null> => {
    const others = await findSharedPrefixes(shop, accountId, on)
    if (!others || (chosen && !isTaken(chosen, others))) return null
    return sharing
      ? { kind: 'prefix_taken' }
      : { kind: 'account_shared', accountName, prefix: freePrefix(shop, others) }
  }
  const refused = await objection(autocommit)
  if (refused) return refused
  const foreign = await listRecentProperties(access, ownerPropertyOf(sharing ?? known?.mapping.sharing ?? plainSharing))
  const refusedMeanwhile = await transaction(async (on) => {
    await holdPrefixes(accountId, on)
    const refused = await objection(on)
    if (refused) return refused
    // In an account of its own, a shop writes everything.
    const current = isNewAccount || sharing ? await lockShop(shop, on) : null
    if (current) await saveSharing(current, sharing ?? plainSharing, now, on)
    // The stored rows describe the profiles of one account. In another account, every profile is new.
    if (await recordAccount(shop, accountId, on)) {
      await cancelOpenRun(shop, 'another_account', now, on)
      await endReadBack(shop, { end: 'another_account', now }, on)
      await endDryRun(shop, { id: null, to: 'cancelled', failure: 'disconnected', now }, on)
      await forgetRequests(shop, ['import', 'run_import'], on)
      await deleteAllProfiles(shop, on)
      await forgetList(shop, on)
      await leaveSegmentLists(shop, now, on)
    }
    // A new connection turns the integration on; replacing the key of an existing one does not.
    const before = await findConnection(shop, on)
    if (!before) await changeIntegrationStatus(shop, 'on', on)
    const grant = 'grant' in made
    // Another grant for the same account is of the same installation, which goes on.
    if (!grant || before?.accountId !== accountId) await saveRevocation(shop, now, on)
    if (grant) await forgetRevocations(accountId, on)
    await saveConnection(shop, made, now, on)
    if (foreign) await saveForeignProperties(shop, foreign, on)
    await clearBlocks(shop, on)
    await makeAllMarksReady(shop, now, on)
    // An account that is being synced already is not kept waiting by a new key.
    const waits = first === 'choose' && (before?.accountId !== accountId || known?.startAt != null)
    if (waits) await saveStartAt(shop, after(now, STARTS_BY_ITSELF_MS), on)
    else await startFullRun(shop, { trigger: 'connecting', by: null, always: true, now }, on)
    return null
  }, WHOLE_SHOP)
  if (refusedMeanwhile) return refusedMeanwhile
  shopEvent('shop_connected', shop)
  wakeSoon([shop])
  return { kind: 'connected', accountName }
}

/**
 * Returns what a shop writes beside others, if it was chosen or may stay as it is; null if other shops may have been connected to the account
 * while it was not, and were not asked either.
 */
async function chosenBefore({ domain, mapping: { sharing } }: Shop): Promise<Sharing | null> {
  const connection = await findConnection(domain, autocommit)
  const isConnected = connection !== null && connection.refusedAt === null
  return isConnected || sharing.kind !== 'plain' ? sharing : null
}
