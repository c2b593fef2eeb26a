import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import pg from 'pg'
import type { calls, RoundFigures } from './intake/load-generator.ts'
import { type RedisServer, startRedis } from './intake/redis-server.ts'
import { ALL_SHOPS, type BodyKind } from './intake/signed-requests.ts'
import { openBenchDatabase } from './process/bench-database.ts'
import { callsTo, type Remote } from './process/remote-calls.ts'
import { portOf, RunningProcess } from './process/running-process.ts'
import { atLeast, type BenchResult, below, type Form } from './report/bench-result.ts'
import { median } from './report/statistics.ts'

type ContenderName =
  | 'bare'
  | 'ours'
  | 'ours, full body'
  | 'template + BullMQ'
  | 'template + pg-boss'
  | 'bare + BullMQ'
  | 'bare + BullMQ, fsync always'

interface Contender {
  readonly name: ContenderName
  readonly port: number
  readonly body: BodyKind
}

interface Measurement extends RoundFigures {
  readonly name: ContenderName
  readonly connections: number
}

const forms = {
  short: { rounds: 3, roundMs: 500, warmUpMs: 700 },
  full: { rounds: 7, roundMs: 3_000, warmUpMs: 4_000 },
}
const CONNECTIONS = [16, 64]

/** Webhooks acknowledged a second: our web process beside what others do with the same webhooks. */
export async function intake(form: Form): Promise<BenchResult> {
  const [ours, template] = [await openBenchDatabase('intake'), await openBenchDatabase('intake_template')]
  const started = await Promise.all([startRedis('everysec'), startRedis('always')])
  const redis = started.flatMap((one) => one ?? [])
  const running: RunningProcess[] = []
  const start = (file: string, env: Record<string, string>, args: string[] = []) => {
    const started = new RunningProcess(file, { env: { ...env, NODE_ENV: 'production' }, args })
    running.push(started)
    return started
  }
  try {
    const generator = start('test/bench/intake/load-generator.ts', {})
    const contenders = await startContenders({ start, ours: ours.url, template: template.url, redis })
    const round = callsTo<typeof calls>(generator.child)
    await round('ready')
    return resultOf(await measured(contenders, { round, redis, ...forms[form] }), redis.length > 0)
  } finally {
    await Promise.all(running.map((process) => process.stop()))
    await Promise.all(redis.map((one) => one.stop()))
    await template.drop()
    await ours.drop()
  }
}

async function startContenders({
  start,
  ours,
  template,
  redis,
}: {
  start: (file: string, env: Record<string, string>, args?: string[]) => RunningProcess
  ours: string
  template: string
  /** With fsync once a second, and always; empty where Redis is not installed. */
  redis: readonly RedisServer[]
}): Promise<Contender[]> {
  const env = { DATABASE_URL: template, BENCH_SHOPS: JSON.stringify(ALL_SHOPS) }
  const bare = 'test/bench/intake/bare-server.ts'
  const remix = 'test/bench/intake/template-server.ts'
  const web = start('app/web.ts', { DATABASE_URL: ours, KLAVIYO_BASE_URL: '', PORT: '0' })
  const servers: [ContenderName, BodyKind, RunningProcess][] = [
    ['bare', 'cut', start(bare, env, ['nothing'])],
    ['ours', 'cut', web],
    ['ours, full body', 'full', web],
    ['template + pg-boss', 'full', start(remix, env, ['pg-boss'])],
  ]
  const [everySecond, always] = redis.map(({ port }) => ({ ...env, REDIS_PORT: String(port) }))
  if (everySecond && always) {
    servers.push(['template + BullMQ', 'full', start(remix, everySecond, ['bullmq'])])
    servers.push(['bare + BullMQ', 'cut', start(bare, everySecond, ['bullmq'])])
    servers.push(['bare + BullMQ, fsync always', 'cut', start(bare, always, ['bullmq'])])
  }
  const contenders = servers.map(async ([name, body, server]) => ({ name, body, port: await portOf(server) }))
  const listening = await Promise.all(contenders)
  await installShops(ours)
  return listening
}

/** Our intake keeps marks of installed shops only. */
async function installShops(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('insert into shop (domain, installed_at) select unnest($1::text[]), now()', [ALL_SHOPS])
  await client.end()
}

/** Short rounds in turn, so that a busy moment of the machine hits all alike. */
async function measured(
  contenders: readonly Contender[],
  how: {
    round: Remote<typeof calls>
    redis: readonly RedisServer[]
    rounds: number
    roundMs: number
    warmUpMs: number
  },
): Promise<Measurement[]> {
  const clients = how.redis.map(({ port }) => new Redis(port))
  const measurements: Measurement[] = []
  for (const { port, body } of contenders) await how.round('round', { port, body, connections: 16, ms: how.warmUpMs })
  for (let i = 0; i < how.rounds; i++) {
    for (const connections of CONNECTIONS) {
      for (const { name, port, body } of contenders) {
        for (const client of clients) await client.flushall() // jobs that are never taken would fill the memory
        await wait(50)
        const figures = await how.round('round', { port, body, connections, ms: how.roundMs })
        measurements.push({ name, connections, ...figures })
      }
    }
  }
  for (const client of clients) client.disconnect()
  return measurements
}

function resultOf(measurements: readonly Measurement[], withRedis: boolean): BenchResult {
  const names = [...new Set(measurements.map(({ name }) => name))]
  const of = (name: ContenderName, connections: number, figure: keyof RoundFigures) =>
    measurements.filter((m) => m.name === name && m.connections === connections).map((m) => m[figure])
  /** The median of the ratios within each round. */
  const times = (peer: ContenderName, connections = 16) => {
    const theirs = of(peer, connections, 'perSecond')
    return theirs.length === 0
      ? null
      : median(of('ours', connections, 'perSecond').map((perSecond, i) => perSecond / theirs[i]!))
  }
  const figures = (name: ContenderName, connections: number) => [
    median(of(name, connections, 'perSecond')),
    median(of(name, connections, 'p50Ms')),
    median(of(name, connections, 'p99Ms')),
  ]
  const failed = measurements.reduce((sum, m) => sum + m.failed, 0)
  return {
    columns: ['acknowledged', '16: /s', 'p50 ms', 'p99 ms', '64: /s', 'p50 ms', 'p99 ms', 'ours is × this'],
    rows: names.map((name) => [name, ...figures(name, 16), ...figures(name, 64), times(name) ?? Number.NaN]),
    targets: [
      atLeast('ours / template + BullMQ, 16 connections', 8, times('template + BullMQ')),
      atLeast('ours / bare, 16 connections', 0.35, times('bare')),
      ...CONNECTIONS.map((connections) =>
        atLeast(
          `ours / bare + BullMQ of the same durability, ${connections} connections`,
          1,
          times('bare + BullMQ, fsync always', connections),
        ),
      ),
      below('ours, p99 ms at 16 connections', 30, median(of('ours', 16, 'p99Ms'))),
      below('webhooks not answered with 200', 1, failed),
    ],
    notes: [
      'Ours answers after the commit. The template gets the full body (1.2 kB), for it asks for no less; "cut" holds what our toml asks for.',
      'Medians of rounds in turn; generator, Postgres and Redis share the cores. The jobs and the marks are not worked on.',
      ...(withRedis ? [] : ['Without redis-server there is no BullMQ: apt-get install redis-server.']),
    ],
    measurements,
  }
}
