import { examplesOf } from '#app/core/flow/dry-run.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { DryRunPage, DryRunView } from '#app/core/report/dry-run-view.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { type DryRun, findDryRun } from '#app/store/dry-runs.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'

/** Returns what the page of dry runs shows: the last one, and whether another can be started. */
export async function loadDryRun(shop: ShopDomain, now: Date): Promise<DryRunPage> {
  const [known, connection, dry, run] = await Promise.all([
    findShop(shop),
    findConnection(shop, autocommit),
    findDryRun(shop),
    findOpenRun(shop, autocommit),
  ])
  const hindrance = !connection
    ? 'not_connected'
    : connection.refusedAt
      ? 'refused'
      : known?.status !== 'on'
        ? 'off'
        : null
  return {
    asOf: now.toISOString(),
    timeZone: known?.timeZone ?? 'UTC',
    dry: dry && viewOf(dry, { version: known?.settingsVersion ?? 0, behindRun: run !== null }),
    hindrance,
  }
}

/** Examples of what would be written come first. */
const order = Object.keys(examplesOf)

function viewOf(dry: DryRun, { version, behindRun }: { version: number; behindRun: boolean }): DryRunView {
  const isOpen = dry.endedAt === null
  return {
    id: dry.id,
    subject: dry.subject,
    state: dry.state,
    failure: dry.failure,
    askedAt: dry.askedAt.toISOString(),
    endedAt: dry.endedAt?.toISOString() ?? null,
    carriedOutAt: dry.carriedOutAt?.toISOString() ?? null,
    expected: dry.expected,
    counts: dry.counts,
    examples: [...dry.examples].sort((one, other) => order.indexOf(one.forecast) - order.indexOf(other.forecast)),
    settingsChanged: dry.settingsVersion !== version,
    waitsFor: isOpen ? (behindRun ? 'run' : dry.waitsFor) : null,
  }
}
