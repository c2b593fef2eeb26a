import { databaseNow } from '#app/store/clock.ts'
import { type FleetNumber, readFleetState } from '#app/store/fleet-state.ts'
import { wordsOf } from '#app/telemetry/log.ts'
import type { Metrics, Sample } from '#app/telemetry/metrics.ts'
import { Recent } from '#app/telemetry/recent.ts'
import { SparseLine } from '#app/telemetry/sparse-line.ts'
import type { Work } from './work.ts'

/** However often Prometheus asks, the database is asked every ten seconds at most, and whoever asks waits for two. */
const TIMES = { everyMs: 10_000, patienceMs: 2_000, outdatedMs: 60_000 }

const lookFailed = new SparseLine('telemetry_failed')

/** Adds what a worker counts, what it is doing, and how all shops together are doing. */
export function countWork(metrics: Metrics, work: Pick<Work, 'slots'>): void {
  metrics.hearCalls()
  metrics.hearWork()
  metrics.sample({
    name: 'lockstep_shops_leased',
    help: 'Shops that this worker works on, by lane, and whether with a slot or waiting for an answer without one.',
    labels: ['lane', 'state'],
    read: () =>
      work.slots().flatMap(({ lane, taken, waiting }) => [
        [{ lane, state: 'slot' }, taken],
        [{ lane, state: 'waiting' }, waiting],
      ]),
  })
  countFleet(
    metrics,
    new Recent(
      () => readFleetState(databaseNow()),
      TIMES,
      (error) => lookFailed.say({ what: 'fleet state', error: wordsOf(error) }),
    ),
  )
}

function countFleet(metrics: Metrics, fleet: Recent<FleetNumber[]>): void {
  const of = async (name: FleetNumber['name'], labels: (found: FleetNumber) => Record<string, string> = () => ({})) =>
    ((await fleet.value()) ?? [])
      .filter((found) => found.name === name)
      .map((found): Sample[number] => [labels(found), found.value])
  metrics.sample({
    name: 'lockstep_lag_seconds',
    help: 'How long the oldest due change of a shop has been due: median, 95th percentile and worst of the shops with due changes. The same in every worker.',
    labels: ['quantile'],
    read: () => of('lag', ({ a }) => ({ quantile: a })),
  })
  metrics.sample({
    name: 'lockstep_shops_due',
    help: 'Shops with changes that could be sent now. The same in every worker.',
    read: () => of('due'),
  })
  metrics.sample({
    name: 'lockstep_runs_open',
    help: 'Runs that have not ended, by kind and state. The same in every worker.',
    labels: ['kind', 'state'],
    read: () => of('runs', ({ a, b }) => ({ kind: a, state: b })),
  })
  metrics.sample({
    name: 'lockstep_run_stalled_seconds',
    help: 'How long ago the open run that progressed the longest ago did. The same in every worker.',
    read: () => of('stalled'),
  })
  metrics.sample({
    name: 'lockstep_outbox_requests',
    help: 'Requests to Klaviyo that are written down, by kind; counted up to 50,000. The same in every worker.',
    labels: ['kind'],
    read: () => of('outbox', ({ a }) => ({ kind: a })),
  })
  metrics.sample({
    name: 'lockstep_alerts_open',
    help: 'Alerts of merchants that are open, by cause. The same in every worker.',
    labels: ['cause'],
    read: () => of('alerts', ({ a }) => ({ cause: a })),
  })
  metrics.sample({
    name: 'lockstep_shops_refused',
    help: 'Shops that Shopify refuses, or withholds fields from, by reason. The same in every worker.',
    labels: ['reason'],
    read: () => of('refused', ({ a }) => ({ reason: a })),
  })
  metrics.sample({
    name: 'lockstep_fleet_state_age_seconds',
    help: 'How long ago the numbers about all shops were read from the database.',
    read: async () => {
      await fleet.value()
      return [[{}, fleet.ageMs / 1_000]]
    },
  })
}
