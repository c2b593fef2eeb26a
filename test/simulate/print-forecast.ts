import { type Assumption, assumptions } from './assumptions.ts'
import type { Figures, PerCustomer } from './figures.ts'
import { costs, type FirstSync, type Forecast, sum } from './forecast.ts'

/** A forecast, as text for a terminal. */
export function forecastAsText(figures: Figures, one: Forecast, syncs: readonly FirstSync[]): string {
  const { scenario, cores, processes } = one
  const money = costs(one)
  const ends = one.resources[0]!
  return [
    `${whole(scenario.shops)} shops with ${whole(scenario.customers)} customers`,
    '',
    ...lines([
      [
        'changes a second, mean / busiest hour',
        `${short(one.changesPerSecond.mean)} / ${short(one.changesPerSecond.peak)}`,
      ],
      [
        'webhooks a second, mean / busiest hour',
        `${short(one.webhooksPerSecond.mean)} / ${short(one.webhooksPerSecond.peak)}`,
      ],
      ['web processes (cores)', `${processes.web} (${short(cores.web)})`],
      ['worker processes (cores)', `${processes.worker} (${short(cores.worker)})`],
      ['memory of all processes', `${short(one.appMemoryGb)} GB`],
      ['connections to the database', whole(one.connections)],
      ['cores of the database', short(cores.database)],
      ['size of the database', gb(sum(one.databaseGb))],
      ...Object.entries(one.databaseGb).map(([what, size]): [string, string] => [`  ${what}`, gb(size)]),
      ['WAL a day', gb(one.walGbPerDay)],
      ['WAL a second in the busiest hour', `${short(one.walMbPerSecondAtPeak)} MB`],
      ['IOPS in the busiest hour', whole(one.iopsAtPeak)],
    ]),
    '',
    ...lines([
      ...Object.entries(one.money).map(([what, usd]): [string, string] => [what, `${whole(usd)} USD a month`]),
      ['all', `${whole(money.total)} USD a month`],
      ['for a shop', `${short(money.perShop)} USD a month`],
      ['for a million customers', `${short(money.perMillionCustomers)} USD a month`],
    ]),
    '',
    '  Of one database server, which resource ends first:',
    ...lines(
      one.resources.map(({ name, used, endsAtCustomers }) => [
        `  ${name}`,
        `${short(used * 100)} %, ends at ${millions(endsAtCustomers)} customers`,
      ]),
    ),
    ends.used > 1
      ? `  One Postgres is too small: ${ends.name} ends first. With Citus: ${Math.ceil(ends.used / 0.7)} servers, each at 70 %.`
      : `  One Postgres is enough; ${ends.name} would end first.`,
    '',
    '  The first sync of a shop, at least:',
    ...lines(
      syncs.map(({ customers, klaviyoHours, slowest, workerHours }) => [
        `  ${whole(customers)} customers`,
        `${time(klaviyoHours)} by Klaviyo's limits (${slowest}), ${time(workerHours)} of one worker's core`,
      ]),
    ),
    '',
    `  Measured ${figures.measuredAt} on ${figures.machine.cores} cores (${figures.machine.cpu}, Node ${figures.machine.node}), load ${figures.machine.load} before:`,
    ...lines([
      ['  a change: web, worker, database', `${cpu(figures.changed)}; ${whole(figures.changed.walBytes)} bytes of WAL`],
      ['  a customer of a first sync', `${cpu(figures.firstSync)}; ${whole(figures.firstSync.walBytes)} bytes of WAL`],
      [
        '  an unchanged customer compared',
        `${cpu(figures.compared)}; ${whole(figures.compared.walBytes)} bytes of WAL`,
      ],
      ['  bytes of a customer, a shop', `${whole(figures.bytes.customer)}, ${whole(figures.bytes.shop)}`],
      [
        '  peak memory of web, worker',
        `${whole(figures.peakMemoryMb.web)} MB, ${whole(figures.peakMemoryMb.worker)} MB`,
      ],
    ]),
    '',
    '  Taken for granted (test/simulate/assumptions.ts):',
    ...lines(
      Object.entries<Assumption>(assumptions).map(([name, { value, unit, from }]) => [
        `  ${name}`,
        `${value.toLocaleString('en-US', { maximumFractionDigits: 4 })} ${unit} (${from})`,
      ]),
    ),
  ].join('\n')
}

function lines(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([what]) => what.length))
  return rows.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`)
}

function cpu({ webCpuMs, workerCpuMs, databaseCpuMs }: PerCustomer): string {
  return `${short(webCpuMs)}, ${short(workerCpuMs)}, ${short(databaseCpuMs)} ms of CPU`
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** To two digits that mean something. */
function short(value: number): string {
  return Number(value.toPrecision(value >= 100 ? 3 : 2)).toLocaleString('en-US', { maximumFractionDigits: 6 })
}

function gb(value: number): string {
  return value >= 1_000 ? `${short(value / 1_000)} TB` : `${short(value)} GB`
}

function millions(customers: number): string {
  return customers >= 1e9 ? `${short(customers / 1e9)} billion` : `${short(customers / 1e6)} million`
}

function time(hours: number): string {
  const seconds = hours * 3_600
  if (seconds < 60) return `${short(seconds)} seconds`
  return hours < 1 ? `${short(hours * 60)} minutes` : `${short(hours)} hours`
}
