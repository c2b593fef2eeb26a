import type { ShopNow } from '../time/shop-clock.tsx'
import { shopHour } from '../time/shop-time.ts'

export type Range = 'hours' | 'days'

/** The numbers of the chart, in the order in which they are shown. */
export const historyRows = ['synced', 'issues', 'changes'] as const

/** In English `2 PM–3 PM` for an hour, `Nov 27` for a day. */
export function startWords(start: string, range: Range, clock: Pick<ShopNow, 't' | 'language' | 'timeZone'>): string {
  if (range === 'hours') return shopHour(new Date(start), clock)
  // The date is the shop's own already.
  const format = new Intl.DateTimeFormat(clock.language, { month: 'short', day: 'numeric', timeZone: 'UTC' })
  return format.format(new Date(`${start}T00:00:00Z`))
}
