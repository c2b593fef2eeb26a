import type { NewProfiles } from '#app/core/flow/new-profiles.ts'
import type { Sql } from '#app/store/database.ts'
import { saveOrigins } from '#app/store/list-changes.ts'
import { countRetryCreated } from '#app/store/reason-retries.ts'
import { countCreated } from '#app/store/run-progress.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import type { OutgoingPush } from './outgoing-push.ts'

/** What pushes are sent for. */
export interface PushSource {
  /** When the reads began. */
  readonly readAt: Date
  /** The id of the run that sends them; null for live changes. */
  readonly run: string | null
  readonly newProfiles: NewProfiles
}

/**
 * Records the origin of each push (new, existing or tracked), in the transaction that records the push itself: a profile that was once to
 * be created counts as delivered from then on, so that repeating a chunk counts no new profile twice. `job` is the import that carries the
 * pushes, null for single ones. Throws when another worker has used up the limit meanwhile: then the chunk is repeated.
 */
export async function recordOrigins(
  { shop, policy }: ShopTurn,
  { pushes, job }: { pushes: readonly OutgoingPush[]; job: string | null },
  { run, newProfiles: { most, limitFor, countedFor } }: PushSource,
  on: Sql,
): Promise<void> {
  await saveOrigins(shop, pushes, { joins: policy.destination.list !== null }, on)
  if (most === null) return
  const isCounted = ({ origin, customerId }: OutgoingPush) => origin === 'new' && limitFor(customerId, null) === 'room'
  const created = pushes.filter(isCounted).length
  if (created === 0) return
  const hasRoom =
    countedFor === 'retry'
      ? await countRetryCreated(shop, { job, created, most }, on)
      : await countCreated(shop, { run: run!, job, created, most }, on)
  if (!hasRoom) throw new Error(`${run === null ? 'A retry' : `Run ${run}`} would create more profiles than it may`)
}
