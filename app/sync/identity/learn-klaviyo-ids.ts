import { after } from '#app/core/flow/instants.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { type ImportedProfile, listImportedProfiles } from '#app/klaviyo/imported-profiles.ts'
import { type Sql, transaction } from '#app/store/database.ts'
import {
  deferSettledImport,
  findDueSettledImport,
  forgetSettledImport,
  saveLearntIds,
} from '#app/store/settled-imports.ts'
import { holdAccount } from '#app/store/shops.ts'
import { addIdentifiers, findAwaitingDeletion } from '#app/store/tombstones.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { heedInterruption, takeCalls } from '../deliver/take-calls.ts'

const KLAVIYO_AWAY_MS = 15_000

/**
 * Learns one page of the Klaviyo ids that an import made, so that a changed address finds the same profile again. An import
 * answers with none. Yields whether it learnt anything.
 */
export async function learnKlaviyoIds(conducting: Conducting): Promise<boolean> {
  const { shop, connection, clock } = conducting
  const due = await findDueSettledImport(shop, clock())
  if (!due) return false
  const allowed = await takeCalls(conducting, endpoints.listImported, 1)
  const putOff = (ms: number) => deferSettledImport(shop, due.klaviyoJob, after(clock(), ms))
  if (allowed.kind !== 'granted') {
    await putOff(allowed.kind === 'throttled' ? allowed.retryAfterMs : KLAVIYO_AWAY_MS)
    return false
  }
  const answer = await listImportedProfiles(connection.key, due.nextPage === null ? due : { next: due.nextPage })
  if (answer.kind === 'gone') {
    await forgetSettledImport(shop, due.klaviyoJob)
    return true
  }
  if (answer.kind !== 'page') {
    await heedInterruption(conducting, endpoints.listImported, answer)
    await putOff(answer.kind === 'throttled' ? answer.retryAfterMs : KLAVIYO_AWAY_MS)
    return false
  }
  await transaction(async (on) => {
    if (!(await holdAccount(shop, connection.accountId, on))) return
    await noteErased(conducting, answer.profiles, on)
    await saveLearntIds(shop, due.klaviyoJob, answer, on)
  })
  return true
}

/** Klaviyo is still to be asked to delete those who were erased meanwhile: now by their id as well. */
async function noteErased({ shop }: Conducting, profiles: readonly ImportedProfile[], on: Sql): Promise<void> {
  const waiting = await findAwaitingDeletion(
    shop,
    profiles.map(({ customerId }) => customerId),
    on,
  )
  for (const { customerId, klaviyoId } of profiles)
    if (waiting.has(customerId)) await addIdentifiers(shop, customerId, [{ klaviyoId }], on)
}
