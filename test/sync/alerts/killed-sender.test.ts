import { expect, test, vi } from 'vitest'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, useSandbox } from '#test/support/sandbox.ts'
import { givenWorker } from '#test/worker/given-worker.ts'
import { givenRun, messagesOf, tellBy, useArrivals } from './given-alerts.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
const arrivals = useArrivals(sandbox)

test('a worker that is killed between sending and recording costs one more e-mail under the same id, and none is lost', async () => {
  const { SMTP_URL = '', ALERTS_FROM = '' } = process.env
  const given = await givenConnectedShop(sandbox)
  await tellBy(arrivals, given, 'email')
  await givenRun(sandbox, given.domain, 'failed')
  const told = async () => (await messagesOf(sandbox, given)).find(({ content }) => content.kind === 'opened')

  const killed = Promise.withResolvers<void>()
  let first: Awaited<ReturnType<typeof givenWorker>> | null = null
  await arrivals.mailbox.listen({
    onMessage: async () => {
      if (arrivals.mailbox.received.length > 1) return
      await vi.waitUntil(() => first !== null, { timeout: 20_000 })
      await first?.stop('SIGKILL')
      killed.resolve()
    },
  })
  first = await givenWorker(sandbox, { SMTP_URL, ALERTS_FROM })
  await killed.promise
  expect(await told()).toMatchObject({ sent_at: null, given_up_at: null, attempt: 1 })

  // As if a minute had passed: no other worker takes the message before.
  await rowsIn(sandbox.databaseUrl, 'update alert_message set due_at = now() where sent_at is null')
  await givenWorker(sandbox, { SMTP_URL, ALERTS_FROM })
  await vi.waitUntil(async () => (await told())?.sent_at, { timeout: 20_000, interval: 50 })
  expect(arrivals.mailbox.received.map(({ subject }) => subject.split(': ')[1])).toEqual([
    'A sync failed',
    'A sync failed',
  ])
  expect(new Set(arrivals.mailbox.received.map(({ messageId }) => messageId)).size).toBe(1)
})
