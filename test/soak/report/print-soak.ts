import type { Finding, ProcessResult, SoakFigures } from './verdict.ts'

/** What a soak found, as text for a terminal. */
export function soakAsText(figures: SoakFigures, found: readonly Finding[]): string {
  const { webhooks, delays, law, accidents, processes, klaviyo, machine } = figures
  const { ours, database, standIns, soak: harness } = machine.used
  const rows: [string, string][] = [
    ['shops, customers', `${number(figures.shops)}, ${number(figures.customers)}`],
    [
      'webhooks acknowledged',
      `${number(webhooks.acknowledged)} (${webhooks.perSecond.toFixed(0)} a second for ${figures.seconds.toFixed(0)} s), ${number(webhooks.retried)} sent again`,
    ],
    [
      'small shops’ changes',
      `${number(delays.count)}: p50 ${seconds(delays.p50)}, p95 ${seconds(delays.p95)}, longest ${seconds(delays.longest)}, ${delays.overHalfMinute} over 30 s`,
    ],
    [
      'accidents',
      `${accidents.kills} × kill -9, ${accidents.freezes} frozen connections, ${number(accidents.hung)} calls to Klaviyo hung`,
    ],
    ['calls to Klaviyo', `${number(klaviyo.calls)}, of which ${klaviyo.overLimit} over a limit`],
    ['from the last change to rest', `${figures.restSeconds.toFixed(0)} s`],
    [
      'the law',
      `${number(law.customers - law.differing)} of ${number(law.customers)} customers as they must be, ${number(law.synced)} in sync`,
    ],
    [
      'the machine',
      `${machine.cores} cores, ${Math.round(machine.busy * 100)} % busy; load ${machine.loadBefore.toFixed(1)} before`,
    ],
    [
      'cores used',
      Object.entries({ 'web and workers': ours, database, 'Shopify and Klaviyo': standIns, 'the soak': harness })
        .map(([who, cores]) => `${who} ${cores.toFixed(2)}`)
        .join(', '),
    ],
    ...processes.map((one): [string, string] => [one.name, memory(one)]),
  ]
  const failures = processes.flatMap(({ name, failures }) =>
    Object.entries(failures).map(([what, count]) => `  ${name} logged ${count} × ${what}`),
  )
  return [
    '',
    ...rows.map(([what, value]) => `  ${what.padEnd(30)} ${value}`),
    '',
    ...found.map(asLine),
    ...processes.flatMap(({ complaints }) => complaints.map((complaint) => `  ${complaint}`)),
    ...failures,
    ...law.differences.map((difference) => `  ✗ ${difference}`),
    '',
  ].join('\n')
}

function asLine({ what, must, is, kept, isOfTime }: Finding): string {
  const word = kept ? 'kept  ' : isOfTime ? 'MISSED' : 'BROKEN'
  const blame = !kept && isOfTime ? ', which fails only with --strict: the machine may be too small' : ''
  return `  ${word}  ${what}: ${is} (must be ${must})${blame}`
}

function number(count: number): string {
  return count.toLocaleString('en-US')
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`
}

function memory({ peakMb, live, kills }: ProcessResult): string {
  const peak = `at most ${Math.round(peakMb)} MB resident`
  if (!live) return `${peak}, killed ${kills} times`
  const growth =
    live.growthMbPerMinute === null ? '' : `; under load ${live.growthMbPerMinute.toFixed(1)} MB more a minute`
  return `${peak}, not killed; at rest without garbage ${live.mbBefore.toFixed(0)} MB before, ${live.mbAfter.toFixed(0)} MB after${growth}`
}
