import type { NewProfiles } from '#app/core/flow/new-profiles.ts'
import type { Sql } from '#app/store/database.ts'
import { saveLandings } from '#app/store/list-changes.ts'
import { countCreated } from '#app/store/run-progress.ts'
import type { Conducting } from './conducting.ts'
import type { OutgoingPush } from './outgoing-push.ts'

/** What pushes are made for. */
export interface PushSource {
  /** When the reads began. */
  readonly readAt: Date
  /** The run they are made for; null for marks. */
  readonly run: string | null
  readonly newProfiles: NewProfiles
}

/**
 * Notes how pushes land, in the transaction that notes that they are made: what was intended once counts as delivered from then on, so
 * that a chunk done again counts no new profile twice. `job` is the import that carries them, null for single ones. Throws when another
 * conductor has used up the limit meanwhile: then the chunk is done again.
 */
export async function intendLanding(
  { shop, connection }: Conducting,
  { pushes, job }: { pushes: readonly OutgoingPush[]; job: string | null },
  { run, newProfiles: { most } }: PushSource,
  on: Sql,
): Promise<void> {
  await saveLandings(shop, pushes, { joins: connection.delivery.list !== null }, on)
  const created = pushes.filter((push) => push.landing === 'new').length
  if (created === 0 || run === null || most === null) return
  if (await countCreated(shop, { run, job, created, most }, on)) return
  throw new Error(`Run ${run} would create more profiles than it may`)
}
