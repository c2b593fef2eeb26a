import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { Metrics } from '#app/telemetry/metrics.ts'
import { LockstepApp } from '#test/sandbox/lockstep-app.ts'
import { clock } from '#test/support/clock.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { startWeb } from '#test/support/web-process.ts'
import { environmentOf, untilAtRest } from '#test/worker/given-worker.ts'

const MONITORING = new URL('../../deploy/monitoring/', import.meta.url).pathname
const sandbox = useSandbox()

interface Scraped {
  readonly text: string
  /** The numbers of a metric, by their labels as Prometheus writes them. */
  readonly of: (name: string) => Record<string, number>
}

let given: InstalledShop
let web: Scraped
let worker: Scraped

async function scrape(port: unknown): Promise<Scraped> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(answer.status).toBe(200)
  const text = await answer.text()
  const of = (name: string) => {
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    return Object.fromEntries(
      lines.map((line) => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    )
  }
  return { text, of }
}

/** A web process and a worker as they ship, after a shop was filled, a change was delivered, and deliveries were refused. */
beforeAll(async () => {
  given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(30, (i) => ({ email: `geheim${i}@example.com`, firstName: 'Geheim' }))
  await connectKlaviyo(given.domain, given.key, clock())
  const started = await startWeb(sandbox, { METRICS_PORT: '0' })
  const working = new LockstepApp({
    entry: 'app/worker/main.ts',
    shopifyOrigin: sandbox.shopify.origin,
    env: { ...environmentOf(sandbox), METRICS_PORT: '0' },
  })
  try {
    const { port: ofWeb } = await started.app.event('operations_started')
    const { port: ofWorker } = await working.event('operations_started')
    await untilAtRest(sandbox, given)
    sandbox.shopify.setAppUrl(started.origin)
    given.shop.webhooks.automatic = true
    given.shop.customers.update(given.shop.customers.ascending()[0]!.id, { firstName: 'New' })
    await given.shop.webhooks.flush()
    await fetch(`${started.origin}/webhooks/customers`, {
      method: 'POST',
      headers: { 'x-shopify-hmac-sha256': 'bm8=', 'x-shopify-topic': 'customers/update' },
      body: '{}',
    })
    await fetch(`${started.origin}/nothing-here`)
    await vi.waitUntil(async () => /lockstep_delivery_seconds_count [1-9]/.test((await scrape(ofWorker)).text), {
      timeout: 20_000,
    })
    web = await scrape(ofWeb)
    worker = await scrape(ofWorker)
  } finally {
    await Promise.all([started.end(), working.stop('SIGKILL')])
  }
}, 120_000)

test('a web process tells what became of deliveries, how fast they were answered, and how many shared a commit', () => {
  expect(web.of('lockstep_webhook_deliveries_total')).toEqual({
    '{path="/webhooks/customers",outcome="taken"}': expect.toSatisfy((count) => count >= 1),
    '{path="/webhooks/customers",outcome="bad_signature"}': 1,
  })
  expect(web.of('lockstep_webhook_seconds_count')['']).toBeGreaterThan(1)
  expect(web.of('lockstep_intake_commit_changes_count')['']).toBeGreaterThan(0)
  expect(web.of('lockstep_request_bodies_open')).toEqual({ '': 0 })
  expect(web.of('lockstep_page_answers_total')).toEqual({ '{status="4xx"}': 1 })
  expect(web.of('lockstep_ready')).toEqual({ '': 1 })
})

test('a worker tells how far behind it is, what it sent, and how Klaviyo and Shopify answered', () => {
  expect(Object.keys(worker.of('lockstep_lag_seconds'))).toEqual(
    ['0.5', '0.95', '1'].map((quantile) => `{quantile="${quantile}"}`),
  )
  expect(worker.of('lockstep_shops_due')['']).toBeGreaterThanOrEqual(0)
  expect(worker.of('lockstep_customers_total')['{source="run",outcome="pushed"}']).toBe(30)
  expect(worker.of('lockstep_customers_total')['{source="marks",outcome="pushed"}']).toBeGreaterThan(0)
  expect(worker.of('lockstep_delivery_seconds_count')['']).toBeGreaterThan(0)
  const klaviyo = worker.of('lockstep_klaviyo_calls_total')
  expect(klaviyo['{operation="POST /api/profile-import",outcome="answered"}']).toBeGreaterThan(0)
  expect(worker.of('lockstep_klaviyo_calls_granted_total')['{endpoint="create_or_update_profile"}']).toBeGreaterThan(0)
  expect(worker.of('lockstep_shopify_calls_total')['{operation="BulkStart",outcome="answered"}']).toBeGreaterThan(0)
  expect(Object.keys(worker.of('lockstep_shops_leased'))).toHaveLength(4)
  expect(worker.of('lockstep_sweeps_total')['{outcome="done"}']).toBeGreaterThan(0)
  expect(worker.of('lockstep_fleet_state_age_seconds')['']).toBeLessThan(30)
  expect(worker.of('lockstep_database_connections')['{state="waiting"}']).toBe(0)
  expect(Object.keys(worker.of('lockstep_build_info'))[0]).toContain('role="worker"')
})

test('no metric names a shop or says anything of a customer, and there are few series', () => {
  for (const { text } of [web, worker]) {
    expect(text).not.toMatch(/geheim|myshopify|@example|ACC\d|gid:/i)
    expect(text.split('\n').filter((line) => line && !line.startsWith('#')).length).toBeLessThan(1_500)
  }
})

/** Every metric that the two processes declare, with what Prometheus makes of histograms. */
function declared(): Set<string> {
  const names = new Set(['up'])
  for (const { text } of [web, worker])
    for (const [, name, type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm))
      for (const end of type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) names.add(`${name}${end}`)
  return names
}

/** Prometheus's own words, apart from functions, which a bracket follows. */
const WORDS = new Set(['by', 'sum', 'max', 'min', 'count', 'and', 'or', 'unless', 'on', 'without'])

function metricsIn(expression: string): string[] {
  const plain = expression
    .replace(/\{[^}]*\}/g, '')
    .replace(/\b(by|without|on)\s*\([^)]*\)/g, '')
    .replace(/\[[^\]]*\]/g, '')
  return [...plain.matchAll(/\b[a-z_][a-z0-9_]*\b(?!\s*\()/gi)].map(([name]) => name).filter((name) => !WORDS.has(name))
}

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook_url: string }
}
const rules = (
  parse(readFileSync(`${MONITORING}alerts.yml`, 'utf8')) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules)
const dashboard = JSON.parse(readFileSync(`${MONITORING}grafana-dashboard.json`, 'utf8')) as {
  panels: { title: string; targets?: { expr: string }[] }[]
}

describe('the files for Prometheus and Grafana', () => {
  test('ask for metrics that exist only', () => {
    const known = declared()
    const asked = [
      ...rules.map(({ alert, expr }) => [alert, expr] as const),
      ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
    ]
    expect(asked.length).toBeGreaterThan(40)
    const missing = asked.flatMap(([where, expr]) => {
      const names = metricsIn(expr)
      expect(names.length, where).toBeGreaterThan(0)
      return names.filter((name) => !known.has(name)).map((name) => `${where}: ${name}`)
    })
    expect(missing).toEqual([])
  })

  test('show every metric of Lockstep’s own', () => {
    const all = JSON.stringify(dashboard)
    const own = [...declared()]
      .filter((name) => name.startsWith('lockstep_'))
      .map((name) => name.replace(/_(sum|count|bucket)$/, ''))
    expect(own.filter((name) => !all.includes(name))).toEqual([])
  })

  test('say what is wrong, how urgent it is, and where the runbook is', () => {
    for (const { alert, labels, annotations } of rules) {
      expect(['page', 'ticket'], alert).toContain(labels.severity)
      expect(annotations.summary, alert).toMatch(/\.$/)
      expect(annotations.runbook_url, alert).toBe(`docs/operating.md#${alert.toLowerCase()}`)
    }
  })

  const promtool = process.env.PROMTOOL ?? '/usr/bin/promtool'
  const isRun = existsSync(promtool)
  if (isRun)
    test('are well-formed, and alert when they should, according to promtool', () => {
      for (const args of [
        ['check', 'rules', 'alerts.yml'],
        ['test', 'rules', 'alerts.test.yml'],
      ]) {
        const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: MONITORING, encoding: 'utf8' })
        expect(status, stdout + stderr).toBe(0)
      }
    })
})

test('a worker whose sweeps have all failed so far says that none was done', async () => {
  const metrics = new Metrics({ role: 'worker', version: '1' })
  metrics.hearWork()
  expect((await metrics.read()).text).toContain('lockstep_sweeps_total{outcome="done"} 0')
})
