import { expect } from 'vitest'
import { checkLaw, type LawReport } from '#test/sandbox/law/check-law.ts'
import { readLockstepRows } from '#test/sandbox/law/lockstep-rows.ts'
import type { InstalledShop, Sandbox } from './sandbox.ts'

/** Checks the one law for a shop at rest. Returns the numbers of its customers by state. */
export async function expectLaw(
  sandbox: Sandbox,
  { domain, shop, accountId }: Pick<InstalledShop, 'domain' | 'shop' | 'accountId'>,
): Promise<LawReport> {
  const report = checkLaw(shop, sandbox.klaviyo.account(accountId), await readLockstepRows(sandbox.databaseUrl, domain))
  expect(report.differences).toEqual([])
  return report
}
