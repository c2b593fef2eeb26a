import type { ShopDomain } from '#app/core/ids.ts'
import type { CustomerCount } from '#app/core/report/customer-count.ts'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import type { GuidePart, MarkedStep } from '#app/core/report/setup-guide.ts'
import { defaultAudience } from '#app/core/settings/audience.ts'
import { findShop } from '#app/store/shops.ts'
import { lookForLoyalty } from '../loyalty/look-for-loyalty.ts'
import { countMatching } from '../report/count-customers.ts'
import { forecastFullSync } from '../report/forecast-full-sync.ts'
import { loadSetting } from '../settings/load-setting.ts'

interface Asking {
  readonly clock: () => Date
  /** Aborted when the browser has cancelled the request. */
  readonly signal: AbortSignal
}

/** What an opened step of the setup guide shows. It reads from Shopify, and for the customers from Klaviyo. */
export async function loadGuidePart(shop: ShopDomain, step: MarkedStep, asking: Asking): Promise<GuidePart> {
  return step === 'loyalty' ? { step, apps: await foundApps(shop) } : { step, ...(await loadCustomers(shop, asking)) }
}

async function foundApps(shop: ShopDomain) {
  const look = await lookForLoyalty(shop)
  return look.kind === 'looked' ? look.apps.map(({ name, isMapped }) => ({ name, isMapped })) : null
}

async function loadCustomers(shop: ShopDomain, { clock, signal }: Asking) {
  const audience = (await findShop(shop))?.audience ?? defaultAudience
  const [count, forecast, setting] = await Promise.all([
    countMatching(shop, { audience, again: false, clock, signal }),
    forecastFullSync(shop),
    loadSetting(shop, 'destination', clock()),
  ])
  const everyone = JSON.stringify(audience) === JSON.stringify(defaultAudience)
  return {
    count,
    newProfiles: newProfilesOf(count, { forecast, everyone, mostNew: setting.choice.mostNew }),
    everyone,
    destination: setting.choice,
    version: setting.version,
    lists: setting.lists,
  }
}

/** From the count by rules as soon as there is one; before, only where every customer is synced. */
function newProfilesOf(
  count: CustomerCount,
  { forecast, everyone, mostNew }: { forecast: FullSyncForecast | null; everyone: boolean; mostNew: number | null },
): number | null {
  if (!forecast) return null
  if (count.kind !== 'counted') return everyone ? forecast.newProfiles : null
  const syncable = count.matching - count.cannotBeSynced
  return Math.min(syncable, forecast.newProfiles, mostNew ?? syncable)
}
