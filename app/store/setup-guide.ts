import type { ShopDomain } from '#app/core/ids.ts'
import type { MarkedStep } from '#app/core/report/setup-guide.ts'
import { autocommit, execute, sql } from './database.ts'

/** Hides the setup guide for everyone in the shop, or shows it again. */
export async function saveGuideHidden(shop: ShopDomain, hidden: boolean): Promise<void> {
  const change = JSON.stringify({ hidden })
  await execute(sql`update shop set guide = guide || ${change}::jsonb where domain = ${shop}`, autocommit)
}

/** Marks a step as done, or as not done. Of two members of staff neither undoes what the other marked. */
export async function saveGuideStep(shop: ShopDomain, step: MarkedStep, done: boolean): Promise<void> {
  const change = JSON.stringify({ [step]: done })
  await execute(sql`update shop set guide = guide || ${change}::jsonb where domain = ${shop}`, autocommit)
}
