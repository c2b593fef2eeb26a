import { skip } from './clock.ts'
import { rowsIn } from './rows.ts'
import type { InstalledShop, Sandbox } from './sandbox.ts'

/** When the shop's next nightly comparison is planned; null when none is. */
export async function nextNightOf(
  { databaseUrl }: Sandbox,
  { domain }: Pick<InstalledShop, 'domain'>,
): Promise<Date | null> {
  const [row] = await rowsIn(databaseUrl, 'select next_reconcile_at from shop where domain = $1', [domain])
  return row.next_reconcile_at
}

/** Sets the clock to the shop's next nightly comparison. Returns its time. */
export async function skipToNight(sandbox: Sandbox, given: Pick<InstalledShop, 'domain'>): Promise<Date> {
  const night = await nextNightOf(sandbox, given)
  if (!night) throw new Error(`no night is planned for ${given.domain}`)
  skip(night.getTime() - Date.now())
  return night
}
