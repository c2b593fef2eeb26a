import { expect, vi } from 'vitest'
import { defaultLoyalty } from '#app/core/profile/loyalty.ts'
import { defaultDestination } from '#app/core/settings/destination.ts'
import { sentencesIn } from '#app/ui/language/catalogues.server.ts'
import type { Language } from '#app/ui/language/languages.ts'
import { translationIn } from '#app/ui/language/translation.ts'
import { givenAudience, leavingOut } from '#test/core/settings/given-audience.ts'
import { Merchant } from '#test/sandbox/merchant.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { rowsIn } from '../../support/rows.ts'
import type { AdminPage } from './admin.ts'
import { type GivenShop, givenShop, givenSyncedShop, untilAtRest } from './given-shop.ts'
import type { Lockstep } from './lockstep.ts'

/** The shops whose pages are looked at. */
export interface Shops {
  /** Everything is chosen, some customers cannot be synced, one asked for their data, and it has 1,000 metafields. */
  readonly busy: GivenShop
  readonly off: GivenShop
  readonly unconnected: GivenShop
  /** A run of the busy shop. */
  readonly run: string
}

export interface EveryPage {
  readonly name: string
  readonly shop: Exclude<keyof Shops, 'run'>
  readonly path: (shops: Shops) => string
  /** The server answers 404, which the browser's console reports. */
  readonly notFound?: true
  /** Opens what lies over the page, such as a dialog; resolves when it stands. */
  readonly open?: (opened: AdminPage) => Promise<void>
  /** What a merchant does on the page, to measure how soon it answers. */
  readonly use?: (opened: AdminPage) => Promise<void>
}

const at = (path: string) => () => path
const settings = (page: string) => at(`/app/settings/${page}`)
const reason = (reason: string) => at(`/app/customers?reason=${reason}`)

/** Every page of the app, and every dialog over one. A page that is missing here is looked at by nobody. */
export const everyPage: readonly EveryPage[] = [
  { name: 'home', shop: 'busy', path: at('/app') },
  { name: 'dry run', shop: 'busy', path: at('/app/dry-run') },
  { name: 'dry run that was played', shop: 'busy', path: at('/app/dry-run'), open: playFullSync },
  { name: 'home, turned off', shop: 'off', path: at('/app') },
  { name: 'home, not connected', shop: 'unconnected', path: at('/app') },
  { name: 'customers without an address', shop: 'busy', path: reason('no_email') },
  { name: 'customers with an invalid address', shop: 'busy', path: reason('invalid_email') },
  { name: 'customers left out by a rule', shop: 'busy', path: reason('rules') },
  { name: 'customers with other issues', shop: 'busy', path: reason('other') },
  { name: 'customers of future changes only', shop: 'busy', path: reason('future_only') },
  { name: 'customers in sync', shop: 'busy', path: reason('in_sync'), use: type('input[type=search]') },
  { name: 'customers resolved', shop: 'busy', path: reason('resolved') },
  { name: 'one customer', shop: 'busy', path: oneCustomer },
  { name: 'one customer with an issue', shop: 'busy', path: oneWithoutAddress },
  { name: 'no such customer', shop: 'busy', path: at('/app/customers/99999999') },
  {
    name: 'retrying a list',
    shop: 'busy',
    path: reason('invalid_email'),
    open: byButton('customers.actions.retryAll'),
  },
  { name: 'exporting a list', shop: 'busy', path: reason('invalid_email'), open: byButton('customers.actions.export') },
  { name: 'activity', shop: 'busy', path: at('/app/activity') },
  { name: 'a run', shop: 'busy', path: ({ run }) => `/app/runs/${run}` },
  { name: 'settings', shop: 'busy', path: at('/app/settings'), use: press('input[type=checkbox]') },
  { name: 'settings, not connected', shop: 'unconnected', path: at('/app/settings') },
  {
    name: 'settings, with the form for a key',
    shop: 'unconnected',
    path: at('/app/settings'),
    open: askForKey,
    use: type('input'),
  },
  { name: 'audience', shop: 'busy', path: settings('audience'), use: type('input[type=text]') },
  { name: 'field mapping', shop: 'busy', path: settings('mapping'), use: useMapping },
  { name: 'Klaviyo destination', shop: 'busy', path: settings('klaviyo'), use: press('input[type=radio]') },
  { name: 'loyalty activity', shop: 'busy', path: settings('loyalty'), use: press('input[type=checkbox]') },
  { name: 'alerts', shop: 'busy', path: settings('alerts'), use: press('input[type=checkbox]') },
  { name: 'access', shop: 'busy', path: settings('access'), use: type('input[type=text]') },
  { name: 'revoking a token', shop: 'busy', path: settings('access'), open: byButton('access.revokeOne') },
  { name: 'data requests', shop: 'busy', path: at('/app/privacy') },
  { name: 'no such page', shop: 'busy', path: at('/app/nowhere'), notFound: true },
  { name: 'no such run', shop: 'busy', path: at('/app/runs/nowhere'), notFound: true },
  { name: 'turning off', shop: 'busy', path: at('/app'), open: byTheSwitch },
  { name: 'turning on', shop: 'off', path: at('/app'), open: byTheSwitch },
  { name: 'disconnecting', shop: 'busy', path: at('/app/settings'), open: byButton('connection.disconnect') },
]

function oneCustomer({ busy }: Shops): string {
  const one = [...busy.shop.customers.all()].find(({ defaultEmailAddress }) => defaultEmailAddress?.validFormat)
  return `/app/customers/${one?.id}`
}

function oneWithoutAddress({ busy }: Shops): string {
  const one = [...busy.shop.customers.all()].find(({ defaultEmailAddress }) => defaultEmailAddress === null)
  return `/app/customers/${one?.id}`
}

/** Presses the button that opens a dialog, by its key in the catalogue of the page's language. */
function byButton(
  key: 'customers.actions.retryAll' | 'customers.actions.export' | 'connection.disconnect' | 'access.revokeOne',
) {
  return async ({ app }: AdminPage) => {
    const language = (await app.locator('html').getAttribute('lang')) as Language
    const words = translationIn(sentencesIn(language)).t(key, { customers: 0, name: TOKEN_NAME })
    const [before = '', after = ''] = words.split('0').map((part) => part.replace(/[()?.]/g, '\\$&'))
    await app.getByRole('button', { name: new RegExp(`^${before}[\\d.,\\s]*${after}$`) }).click()
    await app.locator('ui-modal[open]').waitFor()
  }
}

/** Shows the form for a private key, where Klaviyo's login is offered first. */
async function askForKey({ app }: AdminPage): Promise<void> {
  const language = (await app.locator('html').getAttribute('lang')) as Language
  const { t } = translationIn(sentencesIn(language))
  await app.getByRole('button', { name: t('klaviyoLogin.useKey') }).click()
  await app.getByLabel(t('connection.key')).waitFor()
}

/** Plays a full sync, unless that was played before. */
async function playFullSync({ app }: AdminPage): Promise<void> {
  const language = (await app.locator('html').getAttribute('lang')) as Language
  const { t } = translationIn(sentencesIn(language))
  const examples = app.getByRole('heading', { name: t('dryRun.examplesHeading') })
  if (!(await examples.isVisible())) await app.getByRole('button', { name: t('dryRun.tryFull') }).click()
  await examples.waitFor()
}

/** Makes the shops. */
export async function givenShops(lockstep: Lockstep): Promise<Shops> {
  const busy = await givenSyncedShop(lockstep, { customers: seedBusyShop, b2b: true })
  await choose(lockstep, busy)
  await makeToken(lockstep, busy)
  await keepSegments(lockstep, busy, 'Those-who-came-back'.repeat(4))
  askForData(busy)
  await busy.shop.webhooks.flush()
  for (let times = 1; times <= 2; times++) await readBackAltered(lockstep, busy)
  const off = await givenSyncedShop(lockstep, { customers: 20 })
  await turnOff(lockstep, off)
  const [run] = await rowsIn(lockstep.databaseUrl, 'select id from sync_run where shop = $1', [busy.domain])
  return { busy, off, unconnected: givenShop(lockstep), run: run.id }
}

function seedBusyShop(shop: Shop): void {
  seedCustomers(shop, { count: 300, seed: 1, refused: true })
  shop.customers.create({ email: `importerror${'.very-long'.repeat(5)}@example.com`, firstName: 'L'.repeat(60) })
  for (let i = 0; i < 1_000; i++) {
    shop.metafieldDefinitions.push({
      id: `gid://shopify/MetafieldDefinition/${1_000 + i}`,
      namespace: 'custom',
      key: `field_${i}`,
      name: `Field ${i}`,
      type: { name: 'number_integer', category: 'NUMBER' },
      access: { admin: 'PUBLIC_READ' },
      ownerType: 'CUSTOMER',
    })
  }
}

/** Makes a choice in every section of the settings. */
export async function choose(lockstep: Lockstep, { domain, accountId }: GivenShop): Promise<void> {
  const { id, name } = lockstep.klaviyo.account(accountId).addList('Shopify customers')
  const choices = {
    audience: givenAudience({ ...leavingOut('staff'), consent: 'not_unsubscribed' }),
    klaviyo: { ...defaultDestination, list: { id, name } },
    loyalty: { ...defaultLoyalty, on: true },
  }
  for (const [page, choice] of Object.entries(choices)) {
    const answer = await merchantOf(lockstep, domain).submit(`/app/settings/${page}.data`, {
      intent: 'save',
      version: await settingsVersion(lockstep, domain),
      choice: JSON.stringify(choice),
    })
    if (!answer.includes('"saved"')) throw new Error(`${page} was not saved: ${answer}`)
  }
}

/** The page shows a segment that is kept as a list, and one, of this name, whose list was deleted. */
export async function keepSegments(
  { databaseUrl }: Lockstep,
  { domain }: GivenShop,
  stoppedName = 'Came back after a year',
): Promise<void> {
  const values = [
    ['900', 'VIPs', null, null],
    ['901', stoppedName, 'list_gone', new Date()],
  ]
  for (const [segment, name, problem, stoppedAt] of values) {
    await rowsIn(
      databaseUrl,
      `insert into segment_list (shop, segment, segment_name, list_id, list_name, asked_at, looked_at, not_before, walk, listed, problem, stopped_at)
       values ($1, 'gid://shopify/Segment/' || $2, $3, 'Yabc12', $3 || ' (Shopify segment ' || $2 || ')', now(), now(), now() + interval '1 day', 1, 12, $4, $5)`,
      [domain, segment, name, problem, stoppedAt],
    )
  }
}

const TOKEN_NAME = 'Ada & Partners'

async function makeToken(lockstep: Lockstep, { domain }: GivenShop): Promise<void> {
  const fields = { intent: 'make_token', name: TOKEN_NAME }
  const answer = await merchantOf(lockstep, domain).submit('/app/settings/access.data', fields)
  if (!answer.includes('lockstep_')) throw new Error(`no token was made: ${answer}`)
}

/** A customer who is synced asks what is held about them. */
export function askForData({ shop }: GivenShop): void {
  const customer = [...shop.customers.all()].find(({ defaultEmailAddress }) => defaultEmailAddress?.validFormat)
  if (customer) shop.webhooks.send('customers/data_request', customer)
}

/** Another integration writes a profile and deletes one; then all profiles are read back. */
async function readBackAltered(lockstep: Lockstep, busy: GivenShop): Promise<void> {
  await untilAtRest(lockstep, busy)
  const account = lockstep.klaviyo.account(busy.accountId)
  const sent = `select klaviyo_id from profile where shop = $1 and state = 'synced' and klaviyo_id is not null order by customer_id limit 2`
  const [first, second] = await rowsIn(lockstep.databaseUrl, sent, [busy.domain])
  account.writeProfile(first.klaviyo_id, { first_name: 'Theirs', properties: { shopify_account_state: 'Theirs' } })
  account.deleteProfile(second.klaviyo_id)
  const minutesPass = `update profile set synced_at = synced_at - interval '10 minutes' where shop = $1`
  await rowsIn(lockstep.databaseUrl, minutesPass, [busy.domain])
  await merchantOf(lockstep, busy.domain).submit('/app/activity.data', { intent: 'read_all_back' })
  const open = 'select 1 from read_back where shop = $1 and ended_at is null'
  await vi.waitFor(async () => expect(await rowsIn(lockstep.databaseUrl, open, [busy.domain])).toEqual([]), {
    timeout: 20_000,
    interval: 50,
  })
  await untilAtRest(lockstep, busy)
}

async function turnOff(lockstep: Lockstep, { domain }: GivenShop): Promise<void> {
  const version = await settingsVersion(lockstep, domain)
  await merchantOf(lockstep, domain).submit('/app.data?index', { intent: 'turn_off', version })
}

async function settingsVersion({ databaseUrl }: Lockstep, domain: string): Promise<string> {
  const [row] = await rowsIn(databaseUrl, 'select settings_version from shop where domain = $1', [domain])
  return String(row.settings_version)
}

function merchantOf({ adminUrl, shopify }: Lockstep, shop: string): Merchant {
  return new Merchant({ app: adminUrl, shopify, shop })
}

function press(selector: string) {
  return async ({ app }: AdminPage) => {
    await app.locator(selector).first().press('Space')
  }
}

function type(selector: string) {
  return async ({ app }: AdminPage) => {
    await app.locator(selector).first().pressSequentially('abc def')
  }
}

/** Renames a field, searches in 1,000 metafields, adds one and ticks a box. */
async function useMapping({ app }: AdminPage): Promise<void> {
  await app.locator('.ls-mapped input[type=text]').first().pressSequentially(' of ours')
  await app.locator('input[type=checkbox]').first().press('Space')
  await app.getByLabel('Search by name, namespace and key, or type').pressSequentially('field 99')
  await app.getByRole('button', { name: 'Add Field 990' }).click()
}

async function byTheSwitch({ app }: AdminPage): Promise<void> {
  await app.getByRole('switch').first().click()
  await app.locator('ui-modal[open]').waitFor()
}
