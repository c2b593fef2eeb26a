import { Queue } from 'bullmq'
import { PgBoss } from 'pg-boss'

/** What a peer does with a webhook that it has checked, before it answers. */
export type HandOver = (webhook: { shop: string; topic: string; payload: unknown }) => Promise<unknown>

export type QueueKind = 'nothing' | 'bullmq' | 'pg-boss'

const QUEUE = 'webhooks'

/** A job for each webhook, as an app adds it by the queue's own guide. */
export async function handOverTo(kind: QueueKind): Promise<HandOver> {
  if (kind === 'nothing') return async () => {}
  if (kind === 'bullmq') {
    const queue = new Queue(QUEUE, { connection: { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) } })
    await queue.waitUntilReady()
    return (webhook) => queue.add(webhook.topic, webhook)
  }
  const boss = new PgBoss({ connectionString: process.env.DATABASE_URL!, supervise: false, schedule: false })
  boss.on('error', (error) => console.error(error))
  await boss.start()
  await boss.createQueue(QUEUE)
  return (webhook) => boss.send(QUEUE, webhook)
}
