import { after } from '#app/core/flow/instants.ts'
import { findWorkerSeen } from '#app/queue/worker-seen.ts'
import { autocommit } from '#app/store/database.ts'
import { findOldestDue, hasTables, readMigrations, readServer, readTopicsReceived } from '#app/store/doctor-facts.ts'
import { NoEmbeddedPostgres } from '#app/store/embedded/postgres-home.ts'
import { listOperatorFaults } from '#app/store/operator-faults.ts'
import { listUnopenedTables } from '#app/store/rekey/check-keys.ts'
import { wordsOf } from '#app/telemetry/log.ts'
import { type Check, type Finding, fault, ok, skipped, warning } from '../finding.ts'
import { readAppFile } from './app-file.ts'

const MIGRATIONS = new URL('../../../prisma/migrations', import.meta.url).pathname
const OLDEST_VERSION = 150_000
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** A worker shows itself each minute. */
const SEEN_WITHIN_MS = 3 * MINUTE_MS
/** A change is sent within seconds; one that could have been for so long is not. */
const DUE_FOR_MS = 10 * MINUTE_MS
/** A clock that is further off breaks what is signed with a time. */
const CLOCK_OFF_MS = 5_000

/** What the database shows. `opened` rejects if it cannot be reached. */
export function databaseChecks(opened: Promise<unknown>): Check[] {
  const check = (name: string, look: () => Promise<Finding>): Check => ({
    name,
    isOnline: false,
    look: async () => ((await isOpen(opened)) ? look() : skipped('The database was not reached.')),
  })
  const tablesCheck = (name: string, look: () => Promise<Finding>): Check =>
    check(name, async () => ((await hasTables()) ? look() : skipped('The database has no tables yet.')))
  return [
    { name: 'database', isOnline: false, look: () => lookAtServer(opened) },
    check('migrations', lookAtMigrations),
    check("this machine's clock", lookAtClock),
    tablesCheck('keys', lookAtKeys),
    check('worker', lookAtWorker),
    tablesCheck('oldest due change', lookAtDueWork),
    tablesCheck('webhooks and events that came', lookAtTopics),
    tablesCheck('what Shopify refuses', lookAtFaults),
  ]
}

const isOpen = (opened: Promise<unknown>) =>
  opened.then(
    () => true,
    () => false,
  )

async function lookAtServer(opened: Promise<unknown>): Promise<Finding> {
  try {
    await opened
  } catch (error) {
    if (error instanceof NoEmbeddedPostgres) return fault(error.message, 'Set DATABASE_URL, and run the doctor again.')
    return fault(
      `It cannot be reached (${wordsOf(error)}).`,
      'See that it runs, and that DATABASE_URL names its host, user, password and database.',
    )
  }
  const { version } = await readServer()
  const words = `Postgres ${Math.floor(version / 10_000)}.${version % 10_000}`
  return version < OLDEST_VERSION
    ? fault(`It is ${words}, and 15 is the oldest that works.`, 'Move to a newer Postgres.')
    : ok(`${words} answers.`)
}

async function lookAtMigrations(): Promise<Finding> {
  const { pending, failed, changed } = await readMigrations(MIGRATIONS)
  if (failed.length > 0)
    return fault(`${failed.join(', ')} failed.`, 'Mend what its message names, then see "prisma migrate resolve".')
  if (changed.length > 0)
    return fault(`${changed.join(', ')} differ from what was applied.`, 'Run the release whose migrations these are.')
  if (pending.length > 0)
    return warning(`${pending.length} are not applied yet.`, 'The next process that starts applies them.')
  return ok('All are applied.')
}

async function lookAtClock(): Promise<Finding> {
  const asked = Date.now()
  const { now } = await readServer()
  const offMs = now.getTime() - (asked + Date.now()) / 2
  const words = `It is ${(Math.abs(offMs) / 1_000).toFixed(1)} seconds off the database's.`
  return Math.abs(offMs) > CLOCK_OFF_MS ? warning(words, 'Let both machines keep their time by NTP.') : ok(words)
}

async function lookAtKeys(): Promise<Finding> {
  const tables = await listUnopenedTables()
  return tables.length === 0
    ? ok('They open what is sealed in the database.')
    : fault(
        `No key opens what is sealed in: ${tables.join(', ')}.`,
        'Put the key with which it was sealed into ENCRYPTION_KEYS, after the new one.',
      )
}

async function lookAtWorker(): Promise<Finding> {
  const [seen, { now }] = await Promise.all([findWorkerSeen(autocommit), readServer()])
  if (seen && now.getTime() - seen.getTime() < SEEN_WITHIN_MS) return ok('One is alive.')
  return fault(
    'None has shown itself for three minutes.',
    'Start one: npm run start:worker (or npm start, which runs one).',
  )
}

async function lookAtDueWork(): Promise<Finding> {
  const { now } = await readServer()
  const due = await findOldestDue(now)
  if (!due) return ok('Nothing waits that could be sent.')
  const minutes = Math.round((now.getTime() - due.getTime()) / MINUTE_MS)
  return now.getTime() - due.getTime() > DUE_FOR_MS
    ? warning(
        `A change could have been sent for ${minutes} minutes.`,
        'See whether workers keep up: add one, or raise WORKER_SHOPS.',
      )
    : ok(`Due for ${minutes} minutes.`)
}

/** Shopify tells no program what an app has subscribed to in its file; what came shows it. */
async function lookAtTopics(): Promise<Finding> {
  const file = await readAppFile()
  if (!file) return skipped('There is no shopify.app.toml here.')
  const { now } = await readServer()
  const { shops, topics } = await readTopicsReceived(after(now, -7 * DAY_MS))
  if (shops === 0) return skipped('No shop is connected yet.')
  if (topics.size === 0)
    return fault(
      'None came to any shop for seven days.',
      'Change a customer in Shopify and look again. If still none: npx @shopify/cli@4.8.2 app deploy, and see that Shopify reaches SHOPIFY_APP_URL.',
    )
  const own = file.webhooks.subscriptions.flatMap((one) => one.topics).filter((topic) => /^customers?[/.]/.test(topic))
  const unheard = ['customers/create', 'customers/update'].filter((topic) => own.includes(topic) && !topics.has(topic))
  return unheard.length > 0
    ? warning(
        `${unheard.join(' and ')} did not come for seven days.`,
        'If customers changed since: npx @shopify/cli@4.8.2 app deploy',
      )
    : ok(`${topics.size} topics came within seven days.`)
}

async function lookAtFaults(): Promise<Finding> {
  const open = await listOperatorFaults()
  return open.size === 0
    ? ok('Nothing that only you can mend: bulk operations, addresses and the API version are accepted.')
    : fault(`Open: ${[...open].join(', ')}.`, 'docs/operating.md says under "Shopify access" how each is mended.')
}
