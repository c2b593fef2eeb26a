import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { supportBundle } from '#app/core/support/support-bundle.ts'
import { loadSupportBundle } from '#app/sync/support/load-support-bundle.ts'
import { givenStatusToken } from '#test/routes/given-api.ts'
import { givenOtherShop, givenTrade, OWN_WORD, type Trade } from '#test/routes/given-trade.ts'
import { clock } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, givenInstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
const OPERATOR = { klaviyo: 'usual', database: 'own', workerShops: 6, supportAddress: false } as const

const bundleOf = (shop: Trade['domain']) => loadSupportBundle(shop, OPERATOR, clock())

let trade: Trade
beforeAll(async () => {
  trade = await givenTrade(sandbox)
})

/** Whose data may not get into the file, in all ways in which they are written. */
const PERSONAL = [
  'Clara Quillfeather',
  'clara.quillfeather@example.com',
  'CLARA@QUILL.EXAMPLE',
  '+49 151 2345 6789',
  '015123456789',
  'pk_0123456789abcdef0123456789abcdef01',
  'shpat_0123456789abcdef',
  'lockstep_quill_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '4 Quill Street, 10115 Potsdam',
  '771003',
  'クララ',
]
/** Parts of them that would give a person away as well. */
const TRACES = ['clara', 'quill', '151', '2345', '0123456789', 'abcdef', 'AAAAA', '10115', 'potsdam', '77100', 'クララ']

const sentences = PERSONAL.flatMap((value) => [
  `The value '${value}' is not valid.`,
  `The value "${value}" is not valid.`,
  `${value} is not valid.`,
  `Invalid input for ${value}: the profile was rejected`,
  value,
])

/** Puts a text into every column of a shop in which a text can be, one after the other. */
async function plant(shop: string, text: string): Promise<void> {
  const write = (statement: string, ...more: unknown[]) => rowsIn(sandbox.databaseUrl, statement, [shop, text, ...more])
  await write(`update profile set words = $2 where shop = $1 and state = 'issue'`)
  await write(
    `update profile set omitted = jsonb_build_array(
       jsonb_build_object('field', 'properties.' || $2::text, 'reason', 'refused', 'words', $2::text, 'value', $2::text),
       jsonb_build_object('field', $2::text, 'reason', 'refused', 'words', $2::text, 'value', ''))
     where shop = $1 and state = 'synced'`,
  )
  await write('update delivery set words = $2, klaviyo_id = $2, cleared = array[$2] where shop = $1')
  await write('update sync_run set failure = $2, search = $2, started_by = $2, ended_by = $2 where shop = $1')
  await write(
    `update shop set name = $2, shopify_trouble = 'fields_withheld', shopify_trouble_at = now(), shopify_trouble_words = $2,
       segments_gone = array[$2], foreign_properties = array[$2], mapping_forgotten = array[$2],
       held_sources = jsonb_build_array(jsonb_build_object('source', $2::text, 'reason', 'vanished', 'since', '2026-11-27T10:00:00Z'))
     where domain = $1`,
  )
  await write('update connection set account_name = $2 where shop = $1')
  await write('update status_token set name = $2 where shop = $1')
  await write(
    `insert into webhook_topic (shop, topic, received_at) values ($1, 'metafield ' || $2::text, now()) on conflict do nothing`,
  )
  await write(
    `update shop set
       audience = jsonb_set(jsonb_set(audience, '{tags,noneOf}', jsonb_build_array($2::text)), '{segments}', jsonb_build_array(jsonb_build_object('id', 'gid://shopify/Segment/1', 'name', $2::text))),
       destination = jsonb_set(destination, '{list}', jsonb_build_object('id', 'L1', 'name', $2::text)),
       mapping = jsonb_set(jsonb_set(mapping, '{values,0,name}', to_jsonb($2::text)), '{values,0,source,namespace}', to_jsonb($2::text))
     where domain = $1`,
  )
}

test('the file holds what is needed to help, and the sums of the status', async () => {
  await givenStatusToken(trade.domain)
  const bundle = await bundleOf(trade.domain)
  expect(supportBundle.parse(bundle)).toEqual(bundle)
  expect(bundle).toMatchObject({
    version: 1,
    versions: { lockstep: '0.1.0', node: process.version, migration: expect.stringMatching(/^\d{14}_/) },
    status: { customers: { total: 5, synced: 2, excluded: 2, issues: 1 } },
    connection: { kind: 'connected', accountShared: false },
    settings: {
      audience: { tagsUnwanted: 1, segments: 0 },
      destination: { list: true },
      loyalty: { on: true },
    },
    shop: { statusTokens: 1 },
  })
  expect(bundle!.runs[0]).toMatchObject({ state: 'finished', end: null, words: null })
  expect(bundle!.errors.customers).toEqual([
    { code: 'invalid_email', words: expect.stringContaining('profile'), customers: 1 },
  ])
  expect(bundle!.errors.requests.length).toBeGreaterThan(0)
  expect(bundle!.allowance.map(({ endpoint }) => endpoint)).toContain('create_or_update_profile')
})

test('nothing that was typed, named or quoted anywhere gets into the file', async () => {
  await givenStatusToken(trade.domain)
  for (const text of sentences) {
    await plant(trade.domain, text)
    const json = JSON.stringify(await bundleOf(trade.domain))
    const { status: _, ...rest } = JSON.parse(json)
    const withoutTimes = JSON.stringify(rest, (key, value) =>
      /At$|hour$|^at$|Since$|^id$|Until$|^since$/.test(key) ? null : value,
    )
    const found = TRACES.filter((trace) => withoutTimes.toLowerCase().includes(trace.toLowerCase()))
    expect({ text, found }).toEqual({ text, found: [] })
    const shown = PERSONAL.filter((value) => json.includes(value))
    expect({ text, shown }).toEqual({ text, shown: [] })
  }
})

test('a profile that Klaviyo refuses, and quotes, leaves its message without the values', async () => {
  const { domain, shop } = await givenConnectedShop(sandbox)
  const refused = shop.customers.create({
    email: 'importerror+clara.quillfeather@example.com',
    firstName: 'Clara',
    lastName: 'Quillfeather',
    phone: '+4915123456789',
  })
  await tell(domain, refused)
  await syncToRest(domain)
  const bundle = await bundleOf(domain)
  expect(bundle!.status.customers).toMatchObject({ total: 1, issues: 1 })
  expect(bundle!.errors.requests).toContainEqual(expect.objectContaining({ outcome: 'refused', status: 400 }))
  expect(JSON.stringify(bundle)).not.toMatch(/clara|quillfeather|4915123/i)
})

test('a message of Shopify’s that ended a run is told without its values', async () => {
  const { domain } = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ email: 'ada@example.com' }))
  await rowsIn(
    sandbox.databaseUrl,
    `update sync_run set state = 'failed', failure = 'Internal error for Clara (clara@example.com). Please try again' where shop = $1`,
    [domain],
  )
  const [run] = (await bundleOf(domain))!.runs
  expect(run).toMatchObject({ end: 'shopify_refused', words: 'Internal error for …). Please try again' })
})

test('a shop that is not connected has a file too, and one that is not known has none', async () => {
  const { domain } = await givenInstalledShop(sandbox)
  expect(await bundleOf(domain)).toMatchObject({ connection: { kind: 'none' }, allowance: [], runs: [] })
  expect(await bundleOf('nobody.myshopify.com' as Trade['domain'])).toBeNull()
})

test('another shop’s file holds nothing of this one', async () => {
  const other = await givenOtherShop(sandbox, { version: async () => 0 })
  const json = JSON.stringify(await bundleOf(other.domain))
  for (const run of await trade.runs()) expect(json).not.toContain(run)
  expect(json).not.toContain(OWN_WORD)
  expect(json).not.toContain(trade.domain)
})

test('the document describes each part of the file', async () => {
  const { properties } = z.toJSONSchema(supportBundle) as { properties: object }
  const { readFileSync } = await import('node:fs')
  const document = readFileSync('docs/support-bundle.md', 'utf8')
  expect(Object.keys(properties).filter((part) => !document.includes(`\`${part}\``))).toEqual([])
})
