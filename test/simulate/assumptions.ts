import { retentionRules } from '#app/store/retention/retention-rules.ts'

/** A number that was not measured: with its unit, and where it is from. */
export interface Assumption {
  readonly value: number
  readonly unit: string
  readonly from: string
}

const assumed = (value: number, unit: string, why: string): Assumption => ({ value, unit, from: `assumed: ${why}` })
const price = (value: number, unit: string, like: string): Assumption => ({
  value,
  unit,
  from: `assumed: of the order of ${like}, on demand; put in your provider's`,
})
const limit = (value: number, unit: string, source: string): Assumption => ({ value, unit, from: source })

/** Everything that the extrapolation takes for granted. Change a value here, and run `npm run simulate` again. */
export const assumptions = {
  changesPerCustomerPerDay: assumed(0.02, 'changes', 'one order, visit or loyalty change in fifty days'),
  webhooksPerChange: assumed(1.5, 'webhooks', 'an order tells of the customer and of the summary of purchases'),
  peakOverMean: assumed(4, '×', 'the busiest hour of an ordinary day'),
  loyaltyShare: assumed(0.3, 'of customers', 'shops with loyalty activity or times of changes turned on'),
  comparisonHours: assumed(12, 'hours', 'nights between one and five, over the time zones of the shops'),
  activeHoursPerDay: assumed(16, 'hours', 'hours of a day in which something happens in a shop'),
  tableBloat: assumed(1.3, '×', 'rows that were replaced and are not vacuumed yet'),
  coreUse: assumed(0.6, 'of a core', 'what a process or the database may use on average in the busiest hour'),
  memoryShare: assumed(0.1, 'of the database', 'what is read often and is to be in memory'),
  pagesPerChange: assumed(6, 'pages', 'pages of tables and indexes read or written for a change, not in memory'),
  fewestProcesses: assumed(2, 'processes', 'of each kind, so that one may end'),

  historyDays: limit(keptDays('sync_hour'), 'days', 'app/store/retention/retention-rules.ts: hours, and runs'),
  deliveryDays: limit(
    keptDays('delivery'),
    'days',
    'app/store/retention/retention-rules.ts: requests that carried profiles',
  ),
  webConnections: limit(12, 'connections', 'docs/operating.md'),
  workerConnections: limit(18, 'connections', 'docs/operating.md, with WORKER_SHOPS=6'),
  walArchiveDays: assumed(7, 'days', 'how far back the database can be restored'),

  appCoreHour: price(0.04, 'USD a vCPU-hour', 'AWS Fargate'),
  appGbHour: price(0.0045, 'USD a GB-hour', 'AWS Fargate'),
  databaseCoreHour: price(
    0.11,
    'USD a vCPU-hour with 8 GB',
    'RDS for PostgreSQL, r6g, one zone; twice that with a standby',
  ),
  databaseGbPerCore: assumed(8, 'GB', 'memory that comes with a core of the database'),
  storageGbMonth: price(0.115, 'USD a GB-month', 'RDS gp3'),
  iopsMonth: price(0.02, 'USD an IOPS-month', 'RDS gp3, beyond those included'),
  iopsIncluded: assumed(12_000, 'IOPS', 'gp3 from 400 GB on'),
  archiveGbMonth: price(0.023, 'USD a GB-month', 'S3'),

  serverCores: assumed(128, 'vCPU', 'the largest database server that is easily rented'),
  serverMemoryGb: assumed(1_024, 'GB', 'the same'),
  serverStorageGb: assumed(64_000, 'GB', 'the same: 64 TB'),
  serverWalMbPerSecond: assumed(150, 'MB a second', 'what one server writes and a standby follows'),
  serverConnections: assumed(2_000, 'connections', 'without a pooler'),
  serverIops: assumed(64_000, 'IOPS', 'the same server'),
} as const satisfies Record<string, Assumption>

export type Assumed = { readonly [Name in keyof typeof assumptions]: number }

/** The values alone. */
export function assumedValues(): Assumed {
  return Object.fromEntries(Object.entries(assumptions).map(([name, { value }]) => [name, value])) as Assumed
}

function keptDays(table: string): number {
  const rule = retentionRules.find((one) => one.table === table && 'keepMs' in one)
  if (!rule || !('keepMs' in rule)) throw new Error(`no time is set for ${table}`)
  return rule.keepMs / (24 * 60 * 60_000)
}
