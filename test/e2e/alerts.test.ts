import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Mailbox } from '#test/sandbox/alerts/mailbox.ts'
import { Receiver } from '#test/sandbox/alerts/receiver.ts'
import { freePort } from '../support/free-port.ts'
import { rowsIn } from '../support/rows.ts'
import { useAdmin } from './support/admin.ts'
import { givenSyncedShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

// The app is started with these: its mail server, and leave to send to this machine.
const port = await freePort()
process.env.SMTP_URL = `smtp://127.0.0.1:${port}`
process.env.ALERTS_FROM = 'Lockstep <alerts@lockstep.example>'
process.env.ALERTS_PRIVATE_RECEIVERS = 'true'

const mailbox = new Mailbox(port)
let receiver: Receiver
beforeAll(async () => {
  await mailbox.listen()
  receiver = await Receiver.open()
})
afterAll(() => Promise.all([mailbox.close(), receiver.close()]))

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const ALERTS = '/app/settings/alerts'
const WHOLE_PAGE = { width: 1280, height: 1900 }

test('an address is entered, confirmed by the link that arrives, and tested', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 5 })
  const opened = await admin.open(shop, '/app/settings')
  const { app, page, visit } = opened
  await app.getByText('Alerts are not sent anywhere yet.').waitFor()
  await app.getByRole('link', { name: 'Choose alerts' }).click()
  await app.getByLabel('Email address').fill('merchant@ada.example')
  await app.getByRole('button', { name: 'Add address' }).click()
  await app.getByText('Not confirmed', { exact: true }).waitFor()
  await app.getByRole('button', { name: 'Send again' }).click()
  await expect.poll(() => mailbox.received.length).toBe(2)

  const link = /http\S+\/alerts\/confirm\S+/.exec(mailbox.received.at(-1)!.text)![0]
  const confirming = await page.context().newPage()
  const answer = await confirming.goto(link)
  expect(answer?.status()).toBe(200)
  expect(answer?.headers()['cache-control']).toBe('no-store')
  await confirming.getByRole('heading', { name: 'Send alerts to this address?' }).waitFor()
  await confirming.getByRole('button', { name: 'Confirm' }).click()
  await confirming.getByRole('heading', { name: 'The address is confirmed' }).waitFor()
  await confirming.close()

  await visit(ALERTS)
  await app.getByText('On', { exact: true }).waitFor()
  await app.getByRole('button', { name: 'Send a test' }).click()
  await app.getByText('Test message', { exact: true }).waitFor()
  expect(mailbox.received.at(-1)?.subject).toBe('Ada & Co: Test message')
})

test('a webhook’s secret is shown once, and an alert that is signed with it arrives', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 5 })
  const opened = await admin.open(shop, ALERTS)
  const { app, page, visit } = opened
  await app.getByLabel('URL of your own webhook').fill('nonsense')
  await app.getByRole('button', { name: 'Add webhook' }).click()
  await app.getByText('Enter a URL that begins with https://.').waitFor()
  await app.getByLabel('URL of your own webhook').fill(receiver.urlOf('/lockstep'))
  await app.getByRole('button', { name: 'Add webhook' }).click()
  const secret = await app.getByLabel('Secret').inputValue()
  await visit(ALERTS)
  await app.getByRole('button', { name: 'Remove Webhook' }).waitFor()
  expect(await app.locator('body').innerText()).not.toContain(secret)

  await rowsIn(
    lockstep.databaseUrl,
    `insert into sync_run (shop, id, kind, trigger, state, requested_at, finished_at, progress_at, not_before)
     values ($1, gen_random_uuid(), 'full', 'by_hand', 'failed', now(), now(), now(), now())`,
    [shop.domain],
  )
  await expect.poll(() => receiver.received.length, { timeout: 130_000, interval: 500 }).toBe(1)
  const { headers, body } = receiver.received[0]!
  const [, seconds, signature] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['lockstep-signature'])) ?? []
  expect(createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')).toBe(signature)
  expect(JSON.parse(body)).toMatchObject({ kind: 'opened', cause: 'run_failed' })

  await visit(ALERTS)
  await app.getByText('1 alert is open').waitFor()
  await page.setViewportSize(WHOLE_PAGE)
  await leavePicture(opened, 'alerts')
}, 180_000)

test('what is told, and when, is saved', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 5 })
  const { app, page, visit } = await admin.open(shop, ALERTS)
  await app.getByLabel('When nothing moves for this long').fill('3')
  await app.getByText('Enter whole minutes, from 5 to 1,440.').waitFor()
  await app.getByLabel('When nothing moves for this long').fill('45')
  await app.getByLabel('A sync failed').uncheck()
  await app.getByLabel('Quiet hours').check()
  await app.getByLabel('From', { exact: true }).fill('21:30')
  await app.getByLabel('Weekly summary').check()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect
    .poll(
      async () => (await rowsIn(lockstep.databaseUrl, 'select alerts from shop where domain = $1', [shop.domain]))[0],
    )
    .toEqual({
      alerts: {
        silenced: ['run_failed'],
        stillMinutes: 45,
        issuesPercent: 5,
        quiet: { from: 21 * 60 + 30, to: 7 * 60 },
        weekly: true,
      },
    })
  await visit(ALERTS)
  expect(await app.getByLabel('When nothing moves for this long').inputValue()).toBe('45')
  expect(await app.getByLabel('A sync failed').isChecked()).toBe(false)
})
