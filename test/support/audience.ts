import { type Audience, defaultAudience } from '#app/core/settings/audience.ts'
import { clock } from './clock.ts'
import { rowsIn } from './rows.ts'
import type { InstalledShop, Sandbox } from './sandbox.ts'

/** Saves rules for the shop, which include every customer except for what `differs`, and requests a comparison. */
export async function chooseAudience(
  { databaseUrl }: Sandbox,
  { domain }: Pick<InstalledShop, 'domain'>,
  differs: Partial<Audience>,
): Promise<void> {
  await rowsIn(databaseUrl, 'update shop set audience = $2, comparison_asked_at = $3 where domain = $1', [
    domain,
    JSON.stringify({ ...defaultAudience, ...differs }),
    clock(),
  ])
}
