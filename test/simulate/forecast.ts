import type { Assumed } from './assumptions.ts'
import type { Figures, PerCustomer } from './figures.ts'

export interface Scenario {
  readonly shops: number
  readonly customers: number
}

export interface Forecast {
  readonly scenario: Scenario
  readonly changesPerSecond: { readonly mean: number; readonly peak: number }
  readonly webhooksPerSecond: { readonly mean: number; readonly peak: number }
  /** Cores that the busiest hour takes, with the comparisons of the night at the same time. */
  readonly cores: { readonly web: number; readonly worker: number; readonly database: number }
  readonly processes: { readonly web: number; readonly worker: number }
  readonly appMemoryGb: number
  readonly connections: number
  /** In GB, by what it is of. */
  readonly databaseGb: Readonly<
    Record<'customers' | 'loyalty values' | 'history of shops' | 'requests of a week', number>
  >
  readonly walGbPerDay: number
  readonly walMbPerSecondAtPeak: number
  readonly iopsAtPeak: number
  /** USD a month. */
  readonly money: Readonly<
    Record<
      'web and workers' | 'database, cores' | 'database, storage' | 'database, IOPS' | 'archive of the WAL',
      number
    >
  >
  /** How much of each resource of one database server is used; the first ends first. */
  readonly resources: readonly Resource[]
}

export interface Resource {
  readonly name: string
  /** From 0; more than 1 does not fit on one server. */
  readonly used: number
  /** How many customers one server has room for, by this resource alone, with as many customers a shop. */
  readonly endsAtCustomers: number
}

const DAY_SECONDS = 86_400
const MONTH_HOURS = 730
const GB = 1e9
const MB = 1e6

/** What so many shops and customers take, by what one takes. */
export function forecast(figures: Figures, assumed: Assumed, scenario: Scenario): Forecast {
  const mean = (scenario.customers * assumed.changesPerCustomerPerDay) / DAY_SECONDS
  const peak = mean * assumed.peakOverMean
  const compared = scenario.customers / (assumed.comparisonHours * 3_600)
  // A change was measured with one webhook. What the database does for a webhook and for what follows was not told apart, so that all of it
  // counts for each webhook: at most as much.
  const webhooks = { mean: mean * assumed.webhooksPerChange, peak: peak * assumed.webhooksPerChange }
  const coresFor = (part: 'webCpuMs' | 'workerCpuMs' | 'databaseCpuMs', times: number) =>
    (times * figures.changed[part] + compared * figures.compared[part]) / 1_000 / assumed.coreUse
  const cores = {
    web: coresFor('webCpuMs', webhooks.peak),
    worker: coresFor('workerCpuMs', peak),
    database: coresFor('databaseCpuMs', webhooks.peak),
  }
  // A process has one event loop, which uses one core.
  const processes = {
    web: Math.max(assumed.fewestProcesses, Math.ceil(cores.web)),
    worker: Math.max(assumed.fewestProcesses, Math.ceil(cores.worker)),
  }
  const { web, worker } = figures.peakMemoryMb
  const appMemoryGb = (processes.web * web + processes.worker * worker) / 1_000
  const connections = processes.web * assumed.webConnections + processes.worker * assumed.workerConnections
  const databaseGb = databaseSize(figures, assumed, scenario)
  const gb = sum(databaseGb)
  const walPerDay =
    webhooks.mean * DAY_SECONDS * figures.changed.walBytes + scenario.customers * figures.compared.walBytes
  const walMbPerSecondAtPeak = (webhooks.peak * figures.changed.walBytes + compared * figures.compared.walBytes) / MB
  const iopsAtPeak = peak * assumed.pagesPerChange
  const databaseCores = Math.max(cores.database, (gb * assumed.memoryShare) / assumed.databaseGbPerCore)
  return {
    scenario,
    changesPerSecond: { mean, peak },
    webhooksPerSecond: webhooks,
    cores,
    processes,
    appMemoryGb,
    connections,
    databaseGb,
    walGbPerDay: walPerDay / GB,
    walMbPerSecondAtPeak,
    iopsAtPeak,
    money: {
      'web and workers':
        ((processes.web + processes.worker) * assumed.appCoreHour + appMemoryGb * assumed.appGbHour) * MONTH_HOURS,
      'database, cores': databaseCores * assumed.databaseCoreHour * MONTH_HOURS,
      'database, storage': gb * assumed.storageGbMonth,
      'database, IOPS': Math.max(0, iopsAtPeak - assumed.iopsIncluded) * assumed.iopsMonth,
      'archive of the WAL': (walPerDay / GB) * assumed.walArchiveDays * assumed.archiveGbMonth,
    },
    resources: resourcesOf(scenario, [
      ['cores', cores.database, assumed.serverCores],
      ['memory for what is read often', gb * assumed.memoryShare, assumed.serverMemoryGb],
      ['storage', gb, assumed.serverStorageGb],
      ['WAL a second', walMbPerSecondAtPeak, assumed.serverWalMbPerSecond],
      ['connections without a pooler', connections, assumed.serverConnections],
      ['IOPS', iopsAtPeak, assumed.serverIops],
    ]),
  }
}

function databaseSize({ bytes, deliveriesPerChange }: Figures, assumed: Assumed, { shops, customers }: Scenario) {
  const changesPerDay = customers * assumed.changesPerCustomerPerDay
  const hours = assumed.historyDays * assumed.activeHoursPerDay * bytes.hour
  const minutes = Math.min(changesPerDay / shops, assumed.activeHoursPerDay * 60) * bytes.minute
  const gbOf = (total: number) => (total * assumed.tableBloat) / GB
  return {
    customers: gbOf(customers * bytes.customer),
    'loyalty values': gbOf(customers * assumed.loyaltyShare * bytes.loyaltyValue),
    'history of shops': gbOf(shops * (bytes.shop + hours + minutes + assumed.historyDays * bytes.run)),
    'requests of a week': gbOf(changesPerDay * assumed.deliveryDays * deliveriesPerChange * bytes.delivery),
  }
}

/** All of them grow with the customers, so that twice the customers use twice as much. */
function resourcesOf({ customers }: Scenario, used: readonly (readonly [string, number, number])[]): Resource[] {
  return used
    .map(([name, is, most]) => ({ name, used: is / most, endsAtCustomers: customers / (is / most) }))
    .toSorted((a, b) => b.used - a.used)
}

/** USD a month: of all, of a shop, and of a million customers. */
export function costs({ money, scenario }: Pick<Forecast, 'money' | 'scenario'>) {
  const total = sum(money)
  return { total, perShop: total / scenario.shops, perMillionCustomers: (total / scenario.customers) * 1e6 }
}

export function sum(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((total, part) => total + part, 0)
}

export interface FirstSync {
  readonly customers: number
  /** By Klaviyo's limits for one account, and the endpoint that is the slowest. */
  readonly klaviyoHours: number
  readonly slowest: string
  /** By one worker process that does nothing else. */
  readonly workerHours: number
}

/** How long the first sync of a shop takes at least. `perMinute` has Klaviyo's steady limit of each endpoint. */
export function firstSync(
  customers: number,
  { firstSyncCalls, firstSync: cost }: { firstSyncCalls: Figures['firstSyncCalls']; firstSync: PerCustomer },
  perMinute: Readonly<Record<string, number>>,
): FirstSync {
  const hours = Object.entries(firstSyncCalls).flatMap(([name, calls]) =>
    perMinute[name] ? [{ name, hours: (customers * calls) / perMinute[name] / 60 }] : [],
  )
  const slowest = hours.toSorted((a, b) => b.hours - a.hours)[0]
  return {
    customers,
    klaviyoHours: slowest?.hours ?? 0,
    slowest: slowest?.name ?? 'none',
    workerHours: (customers * cost.workerCpuMs) / 3_600_000,
  }
}
