import type { FullSyncStart } from '#app/core/report/full-sync-start.ts'
import type { ShopNow } from '../time/shop-clock.tsx'
import { shopClockTime } from '../time/shop-time.ts'

/** Why no full sync was started; null when one was. */
export function notStarted(now: ShopNow, start: FullSyncStart): string | null {
  switch (start.kind) {
    case 'started':
      return null
    case 'too_soon':
      return now.t('fullSync.notStarted.too_soon', { againAt: shopClockTime(start.againAt, now) })
    default:
      return now.t(`fullSync.notStarted.${start.kind}`)
  }
}
