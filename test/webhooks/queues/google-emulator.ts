import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { attributesOf } from '#test/sandbox/queues/queue-messages.ts'
import { freePort } from '#test/support/free-port.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type Sandbox } from '#test/support/sandbox.ts'
import { givenWeb } from '#test/support/web-process.ts'
import { changeOf } from './samples.ts'

// Shows that the stand-in behaves as Google's own emulator, on machines that have it (Debian: google-cloud-cli-pubsub-emulator).
const EMULATOR = '/usr/lib/google-cloud-sdk/platform/pubsub-emulator/bin/cloud-pubsub-emulator'

/** The test against Google's own emulator, on a machine that has it; elsewhere there is none. */
export function testGooglesEmulator(sandbox: Sandbox): void {
  if (!existsSync(EMULATOR)) return
  test("from Google's own emulator changes are taken, and what was acknowledged does not come again", async () => {
    const host = await givenEmulator()
    await ask('PUT', `http://${host}/v1/projects/shop/topics/webhooks`, {})
    const subscription = { topic: 'projects/shop/topics/webhooks', ackDeadlineSeconds: 10 }
    await ask('PUT', `http://${host}/v1/projects/shop/subscriptions/lockstep`, subscription)
    const { domain, shop } = await givenInstalledShop(sandbox)
    const env = { PUBSUB_SUBSCRIPTION: 'projects/shop/subscriptions/lockstep', PUBSUB_EMULATOR_HOST: host }
    const marked = async () =>
      (await rowsIn(sandbox.databaseUrl, 'select 1 from dirty_customer where shop = $1', [domain])).length
    const publish = (id: number) => {
      const change = changeOf(shop, id)
      const message = { attributes: attributesOf(change), data: Buffer.from(change.body).toString('base64') }
      return ask('POST', `http://${host}/v1/projects/shop/topics/webhooks:publish`, { messages: [message] })
    }

    const { app } = await givenWeb(sandbox, env)
    for (let id = 1; id <= 50; id++) await publish(id)
    await vi.waitUntil(async () => (await marked()) === 50, { timeout: 30_000 })
    expect(app.saidOf('queue_messages_refused')).toEqual([])
    expect(await app.stop()).toBe(0)

    for (let id = 51; id <= 60; id++) await publish(id)
    await givenWeb(sandbox, env)
    await vi.waitUntil(async () => (await marked()) === 60, { timeout: 30_000 })
    const [again] = await rowsIn(
      sandbox.databaseUrl,
      'select max(changes) as most from dirty_customer where shop = $1',
      [domain],
    )
    expect(again).toMatchObject({ most: 1 })
  }, 120_000)
}

async function ask(method: string, url: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(await answer.text())
}

/** Returns where it listens. It ends with the test. */
async function givenEmulator(): Promise<string> {
  const port = await freePort()
  const emulator = spawn(EMULATOR, ['--host=127.0.0.1', `--port=${port}`], { detached: true })
  onTestFinished(() => void process.kill(-emulator.pid!, 'SIGKILL'))
  emulator.stderr.setEncoding('utf8')
  await new Promise<void>((started) =>
    emulator.stderr.on('data', (text: string) => text.includes('Server started') && started()),
  )
  emulator.stdout.resume()
  return `127.0.0.1:${port}`
}
