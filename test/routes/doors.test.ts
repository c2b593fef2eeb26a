import { readdirSync, readFileSync } from 'node:fs'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { boundary } from '@shopify/shopify-app-remix/server'
import { beforeAll, expect, test } from 'vitest'
import type { InstalledShop } from '#test/support/sandbox.ts'
import { useSandbox } from '#test/support/sandbox.ts'
import { type Address, doors, openRoutes, tokenRoutes } from './door-table.ts'
import { allOf, givenOtherShop, givenTrade, type Trade, wordsOf } from './given-trade.ts'
import { type Answer, answerOf, asked, type Errand, falseTokens, opened } from './visitors.ts'

const ROUTES = new URL('../../app/routes/', import.meta.url)

interface Route {
  readonly loader?: (args: LoaderFunctionArgs) => unknown
  readonly action?: (args: ActionFunctionArgs) => unknown
}

const routes = import.meta.glob<Route>('../../app/routes/*.tsx')
const routeOf = (file: string): Promise<Route> => routes[`../../app/routes/${file}`]!()

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
let first: Trade
let other: InstalledShop
beforeAll(async () => {
  first = await givenTrade(sandbox)
  other = await givenOtherShop(sandbox, first)
})

const loaders = Object.keys(doors)
const actions = Object.entries(doors).flatMap(([file, { addresses, actions }]) =>
  actions.map((action) => ({ file, addresses, ...action })),
)

/** What the first shop's page answers to each who has no business there, in both ways to show a token. */
async function askFalsely(
  shop: Trade,
  handler: NonNullable<Route['loader']>,
  { params = {}, ...errand }: Errand & Pick<Address, 'params'>,
): Promise<void> {
  const words = (await wordsOf(shop)).filter((word) => word !== shop.domain) // who asks has named it
  for (const [shown, token] of Object.entries(falseTokens(shop.domain, other.domain))) {
    for (const request of [asked(errand, token), opened(sandbox, errand, shop.domain, token)]) {
      const answer = await answerOf(handler, request, params)
      expect({ shown, ...seenIn(answer, words) }).toEqual({ shown, turnedAway: true, seen: [] })
      expect(answer.status).toBeGreaterThanOrEqual(300)
    }
  }
}

/** Signed in to this shop. */
function askAs(
  { domain }: Pick<InstalledShop, 'domain'>,
  handler: NonNullable<Route['loader']>,
  { params = {}, ...errand }: Errand & Pick<Address, 'params'>,
): Promise<Answer> {
  return answerOf(handler, asked(errand, sandbox.shopify.idToken(domain)), params)
}

function seenIn({ turnedAway, text }: Answer, words: readonly string[]) {
  return { turnedAway, seen: words.filter((word) => text.toLowerCase().includes(word.toLowerCase())) }
}

test('every route is known here, with each of its actions', async () => {
  const files = readdirSync(ROUTES, { recursive: true, encoding: 'utf8' })
  const found = files.filter((file) => /^[^/]+\.tsx$|\/route\.tsx?$/.test(file))
  expect(found.sort()).toEqual([...loaders, ...openRoutes, ...tokenRoutes].sort())

  for (const [file, { actions }] of Object.entries(doors)) {
    const source = readFileSync(new URL(file, ROUTES), 'utf8')
    const intents = [...source.matchAll(/intent: z\.literal\('(\w+)'\)/g)].map(([, intent]) => intent)
    if (/settingAction\('|saveForm\('/.test(source)) intents.push('save')
    const known = actions.flatMap(({ intent }) => intent ?? [])
    expect({ file, intents: known.sort() }).toEqual({ file, intents: intents.sort() })
    expect({ file, acts: 'action' in (await routeOf(file)) }).toEqual({ file, acts: actions.length > 0 })
  }
})

test.each(loaders)('%s passes on the header by which App Bridge replaces an expired token', async (file) => {
  expect(await routeOf(file)).toHaveProperty('headers', boundary.headers)
})

test.each(loaders)('%s shows a shop its own data, and shows nothing without its session', async (file) => {
  const { loader } = await routeOf(file)
  for (const { shows, ...address } of await doors[file]!.addresses(first)) {
    const own = await askAs(first, loader!, address)
    expect(own).toMatchObject({ turnedAway: false, text: expect.stringContaining(shows ?? '') })
    const before = await allOf(sandbox, first)
    await askFalsely(first, loader!, address)
    expect(await allOf(sandbox, first)).toEqual(before)
  }
})

test.each(loaders)('%s shows another shop nothing of the first, whatever the address names', async (file) => {
  const { loader } = await routeOf(file)
  const token = sandbox.shopify.idToken(other.domain)
  for (const { notFound = false, params = {}, ...errand } of await doors[file]!.addresses(first)) {
    const words = (await wordsOf(first)).filter((word) => !errand.path.includes(word)) // who asks has named it
    const before = await allOf(sandbox, first)
    const answer = await askAs(other, loader!, { params, ...errand })
    expect(seenIn(answer, words)).toEqual({ turnedAway: notFound, seen: [] })
    if (notFound) expect(answer.status).toBe(404)
    const named = await answerOf(loader!, opened(sandbox, errand, first.domain, token), params)
    expect(seenIn(named, words).seen).toEqual([])
    expect(await allOf(sandbox, first)).toEqual(before)
  }
})

test.each(actions)('$file: $intent changes nothing of a shop for a stranger or for another shop', async (door) => {
  const shop = await givenTrade(sandbox)
  const stranger = await givenOtherShop(sandbox, shop)
  for (const each of [shop, stranger]) await door.premise?.(each)
  const fields = { ...(door.intent && { intent: door.intent }), ...(await door.fields(shop)) }
  const [{ path, params = {} } = { path: '' }] = await door.addresses(shop)
  const { action } = await routeOf(door.file)
  const errand = { path, params, fields }
  const words = await wordsOf(shop)
  const before = await allOf(sandbox, shop)

  await askFalsely(shop, action!, errand)
  const answer = await askAs(stranger, action!, errand)
  expect(seenIn(answer, words)).toEqual({ turnedAway: false, seen: [] })
  expect(answer.text).not.toContain('stale')
  expect(await allOf(sandbox, shop)).toEqual(before)

  const own = await askAs(shop, action!, errand)
  expect(own.turnedAway).toBe(false)
  if (door.does === 'changes') expect(await allOf(sandbox, shop)).not.toEqual(before)
  else expect(seenIn(own, words).seen).not.toEqual([])
})
