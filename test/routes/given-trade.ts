import { expect } from 'vitest'
import { config } from '#app/config.server.ts'
import { customerNumber } from '#app/core/ids.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { addChannel } from '#app/sync/alerts/change-channel.ts'
import { saveWebhookCounts } from '#app/sync/intake/count-webhooks.ts'
import { recordDataRequest } from '#app/sync/privacy/privacy-webhooks.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, type Sandbox, syncToRest } from '#test/support/sandbox.ts'
import { choose, versionOf } from '#test/support/settings.ts'
import { tell } from '#test/support/tell.ts'
import { saveChosenAudience } from '../sync/audience/given-audience-shop.ts'
import { saveChosenDestination } from '../sync/destination/given-destination.ts'
import { chooseLoyalty } from '../sync/loyalty/given-loyalty.ts'
import { saveMapped } from '../sync/mapping/given-mapped-shop.ts'

/** A shop with something of its own in every place that a page shows. Whatever has a name in it has this word in the name. */
export const OWN_WORD = 'Quill'
/** What Klaviyo says of a profile that it refuses: only this shop has one. */
export const OWN_ERROR = 'This profile cannot be processed'
/** Where the shop has alerts sent: nothing listens there. */
export const RECEIVER_HOST = 'quill.localhost:9'
const PHONE = '+4915112345678'

export interface Versioned {
  /** Of its settings just now. */
  readonly version: () => Promise<number>
}

export interface Trade extends InstalledShop, Versioned {
  /** Of the customer whose phone number is another profile's. */
  readonly conflicting: string
  /** Of a customer that is in sync. */
  readonly inStep: string
  /** Of all runs, the newest first. */
  readonly runs: () => Promise<readonly string[]>
  /** Of another account in Klaviyo, to which no shop is connected. */
  readonly nextKey: string
  readonly list: { readonly id: string; readonly name: string }
  readonly segment: { readonly id: string; readonly name: string }
}

export async function givenTrade(sandbox: Sandbox): Promise<Trade> {
  const people = {} as Record<'inStep' | 'conflicting', Customer>
  const given = await givenConnectedShop(sandbox, (shop) => Object.assign(people, peopled(shop)), { b2b: true })
  const { domain, shop, accountId } = given
  await somebodyElseHasPhone(given)
  await tell(domain, shop.customers.update(people.conflicting.id, { phone: PHONE }))
  await syncToRest(domain)
  const { id, name } = sandbox.klaviyo.account(accountId).addList(`${OWN_WORD} list`)
  const list = { id, name }
  const nextKey = keyOfAnotherAccount(sandbox, given)
  await chooseAll(given, list)
  await addChannel(domain, { channel: 'webhook', target: `http://${RECEIVER_HOST}/hook`, language: 'en' }, clock)
  await syncToRest(domain)
  await recordDataRequest(domain, { requestId: '77', customerId: customerNumber.parse(people.inStep.id) }, clock())
  const runs = 'select id from sync_run where shop = $1 order by requested_at desc'
  return {
    ...given,
    conflicting: people.conflicting.id,
    inStep: people.inStep.id,
    runs: async () => (await rowsIn(sandbox.databaseUrl, runs, [domain])).map(({ id }) => id),
    list,
    nextKey,
    segment: shop.segments.all()[0]!,
    version: () => versionOf(given),
  }
}

/** Nothing that a page shows of the first shop may stand in an answer to another. */
export async function wordsOf(shop: Trade): Promise<readonly string[]> {
  const { domain, inStep, conflicting, list, segment } = shop
  return [
    OWN_WORD,
    OWN_ERROR,
    accountName(shop),
    domain,
    inStep,
    conflicting,
    list.id,
    segment.id,
    ...(await shop.runs()),
  ]
}

/** As JSON has it: another account's name may begin alike. */
export function accountName({ accountId }: InstalledShop): string {
  return `"Account ${accountId.slice('ACC'.length)}"`
}

/** Another connected shop, with nothing to show, whose settings have been saved as often as the first one's. */
export async function givenOtherShop(sandbox: Sandbox, first: Versioned): Promise<InstalledShop & Versioned> {
  const other = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ email: 'eve@example.com' }))
  for (let version = await versionOf(other); version < (await first.version()); version++)
    await choose(other, 'syncing', { nightlyReconcile: version % 2 === 0 })
  return { ...other, version: () => versionOf(other) }
}

function peopled(shop: Shop): { inStep: Customer; conflicting: Customer } {
  const at = (name: string) => `${name}@${OWN_WORD}.example`
  const born = { tags: [`${OWN_WORD} friend`], points: 250, tier: `${OWN_WORD} gold` }
  const inStep = shop.customers.create({ id: '771001', email: at('ada'), firstName: `Ada ${OWN_WORD}`, ...born })
  const conflicting = shop.customers.create({ id: '771002', email: at('ben'), firstName: `Ben ${OWN_WORD}` })
  shop.customers.create({ id: '771003', phone: '+493012345678', firstName: `Cy ${OWN_WORD}` })
  shop.customers.create({ id: '771004', email: at('importerror'), firstName: `Dan ${OWN_WORD}` })
  shop.customers.create({ id: '771005', email: at('eve'), firstName: `Eve ${OWN_WORD}`, tags: [`${OWN_WORD} staff`] })
  const company = shop.companies.add({ name: `${OWN_WORD} Ltd` })
  shop.companies.addContact(company.id, { customerId: inStep.id, role: `${OWN_WORD} buyer` })
  shop.segments.add({ name: `${OWN_WORD} segment`, memberIds: [inStep.id] })
  return { inStep, conflicting }
}

async function chooseAll(given: InstalledShop, list: Trade['list']): Promise<void> {
  await saveChosenAudience(given, { tags: { anyOf: [], noneOf: [`${OWN_WORD} staff`] } })
  const renamed = defaultMapping.values.map((row) => ({ ...row, name: `${OWN_WORD}_${row.meaning}` }))
  await saveMapped(given, { values: renamed })
  await saveChosenDestination(given, { list })
  expect(await chooseLoyalty(given)).toMatchObject({ kind: 'saved' })
}

function keyOfAnotherAccount({ klaviyo }: Sandbox, { accountId, key }: InstalledShop): string {
  const nextKey = key.replace('pk_', 'pk_next_')
  klaviyo.addAccount({ id: `NEXT${accountId}`, name: 'Next', keys: [{ key: nextKey, scopes: 'full' }] })
  return nextKey
}

async function somebodyElseHasPhone({ key }: InstalledShop): Promise<void> {
  const attributes = { email: 'somebody@example.com', phone_number: PHONE }
  const answer = await fetch(new URL('/api/profiles', config.klaviyoBaseUrl), {
    method: 'POST',
    headers: {
      authorization: `Klaviyo-API-Key ${key}`,
      revision: '2026-07-15',
      'content-type': 'application/vnd.api+json',
    },
    body: JSON.stringify({ data: { type: 'profile', attributes } }),
  })
  expect(answer.status).toBe(201)
}

/** All that is kept of a shop, what its Klaviyo account holds, and how often Shopify was asked in its name. */
export async function allOf(sandbox: Sandbox, { domain, accountId }: InstalledShop) {
  await saveWebhookCounts() // they are saved up to a second after the webhook
  return {
    kept: await rowsIn(sandbox.databaseUrl, await everyTable(sandbox), [domain]),
    profiles: structuredClone([...sandbox.klaviyo.account(accountId).profiles()]),
    asked: sandbox.shopify.log.all().filter(({ tokenShop }) => tokenShop === domain).length,
  }
}

/** Whatever names the shop: tables yet to come, and the queue, too. */
async function everyTable({ databaseUrl }: Sandbox): Promise<string> {
  const tables = await rowsIn(
    databaseUrl,
    `select table_name, column_name from information_schema.columns
     where table_schema = 'public' and (column_name = 'shop' or (table_name, column_name) = ('shop', 'domain'))`,
  )
  const selects = tables.map(
    ({ table_name: name, column_name: column }) =>
      `select '${name}' as place, to_jsonb(t)::text as row from "${name}" t where ${column} = $1`,
  )
  const queued = `select 'queue', to_jsonb(j)::text from pgboss.job j where data->>'shop' = $1`
  return `${[...selects, queued].join(' union all ')} order by 1, 2`
}
