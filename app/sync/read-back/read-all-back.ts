import type { ShopDomain } from '#app/core/ids.ts'
import type { ReadBackStart, ReadBackStop } from '#app/core/report/read-back-report.ts'
import { autocommit } from '#app/store/database.ts'
import { endReadBack, findOpenReadBack, startReadBack } from '#app/store/read-backs.ts'
import { readBackEnded, readBackStarted } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/** Starts reading all profiles back, for a member of staff. While a read-back is open, no second one is started. */
export async function readAllBack(
  shop: ShopDomain,
  { by, now }: { by: string | null; now: Date },
): Promise<ReadBackStart> {
  const id = await startReadBack(shop, { trigger: 'by_hand', scope: 'all', by, now }, autocommit)
  if (!id) return { kind: (await findOpenReadBack(shop)) ? 'open' : 'nothing' }
  readBackStarted({ shop, readBack: id, scope: 'all' })
  wakeSoon([shop])
  return { kind: 'started' }
}

/** Stops the open read-back at a merchant's request. Profiles that differ and were found already are sent all the same. */
export async function stopReadBack(
  shop: ShopDomain,
  { by, now }: { by: string | null; now: Date },
): Promise<ReadBackStop> {
  const open = await findOpenReadBack(shop)
  if (!open || !(await endReadBack(shop, { end: 'stopped', by, now }, autocommit))) return { kind: 'over' }
  readBackEnded({ shop, readBack: open.id, end: 'stopped' })
  return { kind: 'stopped' }
}
