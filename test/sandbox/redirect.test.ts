import { execFile } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StandInShopify, startShopify } from './shopify/server.ts'

const preload = new URL('redirect-shopify.mjs', import.meta.url).href

let shopify: StandInShopify

beforeAll(async () => {
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret' })
  shopify.addShop({ domain: 'ada.myshopify.com' })
})

afterAll(async () => {
  await shopify.close()
})

interface Run {
  readonly ok: boolean
  readonly output: string
}

/** What a program prints that was started with the preload. */
function run(program: string, env: Record<string, string>): Promise<Run> {
  const args = ['--import', preload, '--input-type=module', '--eval', program]
  const { SANDBOX_SHOPIFY_ORIGIN: _, NODE_ENV: __, NODE_OPTIONS: ___, ...inherited } = process.env
  const options = { env: { ...inherited, ...env } as NodeJS.ProcessEnv }
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ ok: error === null, output: `${stdout}${stderr}` })
    })
  })
}

const GRAPHQL = `const answer = await fetch('https://ada.myshopify.com/admin/api/2026-10/graphql.json', {
  method: 'POST', headers: { 'x-shopify-access-token': 'none' }, body: '{}' })`

test('what a program asks of a shop reaches the stand-in under the shop’s name', async () => {
  const { output } = await run(`${GRAPHQL}; console.log(answer.status, await answer.text())`, {
    SANDBOX_SHOPIFY_ORIGIN: shopify.origin,
  })

  expect(output).toContain('401 {"errors":"[API] Invalid API key or access token')
  expect(shopify.log.all().at(-1)).toMatchObject({ host: 'ada.myshopify.com', status: 401 })
})

test('Google’s storage is the stand-in’s as well', async () => {
  await run(`await fetch('https://storage.googleapis.com/some/file')`, { SANDBOX_SHOPIFY_ORIGIN: shopify.origin })

  expect(shopify.log.all().at(-1)).toMatchObject({ host: 'storage.googleapis.com', status: 403 })
})

test('this machine is reached as ever', async () => {
  const { output } = await run(`console.log((await fetch('${shopify.origin}/__sandbox/state')).status)`, {
    SANDBOX_SHOPIFY_ORIGIN: shopify.origin,
  })

  expect(output).toBe('200\n')
})

test('nothing else is let out', async () => {
  const program = `await fetch('https://a.klaviyo.com/').catch((error) => console.log(error.cause?.message ?? error.message))`
  const { output } = await run(program, { SANDBOX_SHOPIFY_ORIGIN: shopify.origin })

  expect(output).toBe('the sandbox does not let a request out to a.klaviyo.com\n')
})

test('in production, or without an address, the program does not start', async () => {
  const production = await run('console.log("started")', {
    SANDBOX_SHOPIFY_ORIGIN: shopify.origin,
    NODE_ENV: 'production',
  })
  const unaddressed = await run('console.log("started")', {})

  expect(production).toMatchObject({ ok: false, output: expect.stringContaining('no business in production') })
  expect(unaddressed).toMatchObject({ ok: false, output: expect.stringContaining('SANDBOX_SHOPIFY_ORIGIN') })
})

test('it may be imported again', async () => {
  const { output } = await run(`await import('${preload}?again'); ${GRAPHQL}; console.log(answer.status)`, {
    SANDBOX_SHOPIFY_ORIGIN: shopify.origin,
  })

  expect(output).toBe('401\n')
})
