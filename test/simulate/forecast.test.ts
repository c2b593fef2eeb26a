import { expect, test } from 'vitest'
import { type Assumed, assumedValues } from './assumptions.ts'
import { type Figures, readFigures } from './figures.ts'
import { costs, firstSync, forecast, sum } from './forecast.ts'

const none = { webCpuMs: 0, workerCpuMs: 0, databaseCpuMs: 0, walBytes: 0 }

const figures: Figures = {
  measuredAt: '2026-11-27',
  machine: { cores: 2, cpu: null, node: 'v24', load: 0 },
  firstSync: { ...none, workerCpuMs: 0.36 },
  compared: { ...none, workerCpuMs: 0.1, walBytes: 10 },
  changed: { webCpuMs: 1, workerCpuMs: 3, databaseCpuMs: 2, walBytes: 1_000 },
  bytes: { customer: 500, shop: 4_000, loyaltyValue: 100, hour: 200, run: 300, delivery: 400, minute: 50 },
  deliveriesPerChange: 1,
  firstSyncCalls: { bulk_import_profiles: 0.0001, get_profiles_for_bulk_import_profiles_job: 0.01, get_accounts: 0.5 },
  peakMemoryMb: { web: 200, worker: 300 },
}

/** A change a second for every 86,400 customers, and round numbers for the rest. */
const assumed: Assumed = {
  ...assumedValues(),
  changesPerCustomerPerDay: 1,
  webhooksPerChange: 2,
  peakOverMean: 5,
  comparisonHours: 10,
  coreUse: 0.5,
  tableBloat: 1,
  loyaltyShare: 0.5,
  historyDays: 10,
  activeHoursPerDay: 10,
  deliveryDays: 2,
  fewestProcesses: 2,
}

const scenario = { shops: 1_000, customers: 8_640_000 }
const one = forecast(figures, assumed, scenario)

test('changes follow from the customers, and the busiest hour from the mean', () => {
  expect(one.changesPerSecond).toEqual({ mean: 100, peak: 500 })
  expect(one.webhooksPerSecond).toEqual({ mean: 200, peak: 1_000 })
})

test('cores are those of the busiest hour and of the comparisons, at half of a core each', () => {
  expect(one.cores.web).toBeCloseTo(2)
  // 500 changes of 3 ms, and 240 compared customers of 0.1 ms.
  expect(one.cores.worker).toBeCloseTo((1.5 + 0.024) / 0.5)
  expect(one.cores.database).toBeCloseTo(4)
})

test('a process uses one core, and there are at least two of each kind', () => {
  expect(one.processes).toEqual({ web: 2, worker: 4 })
  expect(one.connections).toBe(2 * 12 + 4 * 18)
  expect(one.appMemoryGb).toBeCloseTo(1.6)
  expect(forecast(figures, assumed, { shops: 1, customers: 100 }).processes).toEqual({ web: 2, worker: 2 })
})

test('the database holds customers, loyalty values, the history of shops and the requests of a week', () => {
  expect(one.databaseGb.customers).toBeCloseTo(4.32)
  expect(one.databaseGb['loyalty values']).toBeCloseTo(0.432)
  // 4,000 bytes, a hundred hours, the minutes of ten hours, and ten runs.
  expect(one.databaseGb['history of shops']).toBeCloseTo((1_000 * (4_000 + 20_000 + 30_000 + 3_000)) / 1e9)
  expect(one.databaseGb['requests of a week']).toBeCloseTo((8.64e6 * 2 * 400) / 1e9)
})

test('the WAL of a day is that of the webhooks and of one comparison of everybody', () => {
  expect(one.walGbPerDay).toBeCloseTo((2 * 8.64e6 * 1_000 + 8.64e6 * 10) / 1e9)
})

test('money is divided by shops and by millions of customers', () => {
  const { total, perShop, perMillionCustomers } = costs(one)

  expect(total).toBeCloseTo(sum(one.money))
  expect(perShop * 1_000).toBeCloseTo(total)
  expect(perMillionCustomers * 8.64).toBeCloseTo(total)
})

test('the resource of which the largest part is used ends first', () => {
  const [first, ...others] = one.resources

  expect(others.every(({ used }) => used <= first!.used)).toBe(true)
  expect(first!.endsAtCustomers).toBeCloseTo(scenario.customers / first!.used)
})

test('twice the customers in twice the shops take twice as much of every resource but the connections', () => {
  const twice = forecast(figures, assumed, { shops: 2_000, customers: 17_280_000 })
  const usedOf = (of: typeof one, name: string) => of.resources.find((resource) => resource.name === name)!.used

  for (const name of ['cores', 'storage', 'WAL a second', 'IOPS']) {
    expect(usedOf(twice, name)).toBeCloseTo(2 * usedOf(one, name))
  }
})

test('the first sync takes as long as the slowest endpoint allows, among those with a limit that is known', () => {
  const perMinute = { bulk_import_profiles: 150, get_profiles_for_bulk_import_profiles_job: 150 }

  expect(firstSync(900_000, figures, perMinute)).toEqual({
    customers: 900_000,
    klaviyoHours: 1,
    slowest: 'get_profiles_for_bulk_import_profiles_job',
    workerHours: 0.09,
  })
})

test('the figures in the file can be read, and none of them is missing', () => {
  const { bytes, changed, compared, firstSync: filled } = readFigures()

  expect(compared.databaseCpuMs).toBeGreaterThan(0)
  for (const part of [bytes, changed, filled]) {
    for (const figure of Object.values(part)) expect(figure).toBeGreaterThan(0)
  }
})
