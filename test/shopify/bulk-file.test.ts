import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { config } from '#app/config.server.ts'
import { BulkFileGone, type FileChunk, readBulkFile } from '#app/shopify/bulk-file.ts'
import { bulkCustomersQuery } from '#app/shopify/customer.graphql.ts'
import { redirectShopify } from '#test/sandbox/redirect.ts'
import { type StandInShopify, startShopify } from '#test/sandbox/shopify/server.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'

let shopify: StandInShopify
let shop: Shop

// Every character of these names takes more than one byte.
const NAMES = ['Ñandú', '愛', '🜁🜂', 'Çağlar', 'Straße']
const COUNT = 500

beforeAll(async () => {
  const { apiKey, apiSecret } = config.shopify
  shopify = await startShopify({ apiKey, apiSecret, bulkDurationMs: 1 })
  redirectShopify(shopify.origin)
  shop = shopify.addShop({ domain: 'ada.myshopify.com' })
  shop.customers.createMany(COUNT, (i) => ({ email: `c${i}@example.com`, firstName: NAMES[i % NAMES.length]! }))
})
afterEach(() => shopify.faults.clear())
afterAll(() => shopify.close())

/** The address of the finished file, and its text. */
async function givenFile(): Promise<{ file: URL; text: Buffer }> {
  const { access } = shop.tokens.giveExpiring(shop.scopes)
  const ask = async (query: string) => {
    const answer = await fetch(`https://${shop.domain}/admin/api/2026-10/graphql.json`, {
      method: 'POST',
      headers: { 'x-shopify-access-token': access.value, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    return (await answer.json()).data
  }
  const query = JSON.stringify(bulkCustomersQuery([], null))
  const started = await ask(
    `mutation { bulkOperationRunQuery(query: ${query}, groupObjects: false) { bulkOperation { id } } }`,
  )
  const { id } = started.bulkOperationRunQuery.bulkOperation
  await shop.bulk.finished(id)
  const file = new URL((await ask(`{ bulkOperation(id: "${id}") { url } }`)).bulkOperation.url)
  return { file, text: Buffer.from(await (await fetch(file)).arrayBuffer()) }
}

/** Reads until the stream ends or breaks. Returns the whole chunks before that, and whether it broke. */
async function readFrom(
  file: URL,
  from: number,
  chunkBytes = 20_000,
): Promise<{ chunks: FileChunk[]; broke: boolean }> {
  const chunks: FileChunk[] = []
  try {
    for await (const chunk of readBulkFile(file, {
      from,
      chunkBytes,
      metafields: [],
      signal: new AbortController().signal,
    }))
      chunks.push(chunk)
    return { chunks, broke: false }
  } catch {
    return { chunks, broke: true }
  }
}

const namesIn = (chunks: readonly FileChunk[]) =>
  chunks.flatMap(({ customers }) => customers.map(({ shown }) => ('firstName' in shown ? shown.firstName : null)))
const allNames = Array.from({ length: COUNT }, (_, i) => NAMES[i % NAMES.length]!)

test('a file is read in chunks of whole lines that lie end to end', async () => {
  const { file, text } = await givenFile()
  const { chunks } = await readFrom(file, 0)
  expect(chunks.length).toBeGreaterThan(2)
  expect(chunks[0]!.from).toBe(0)
  for (const [i, chunk] of chunks.entries()) expect(chunk.from).toBe(chunks[i - 1]?.to ?? 0)
  expect(chunks.at(-1)!.to).toBe(text.length)
  expect(namesIn(chunks)).toEqual(allNames)
})

test('wherever a download is interrupted, even within a character, reading on from the last checkpoint misses no customer and returns none twice', {
  timeout: 120_000,
}, async () => {
  const { file, text } = await givenFile()
  const insideALetter = [...text.keys()].filter((i) => (text[i]! & 0xc0) === 0x80)
  expect(insideALetter.length).toBeGreaterThan(1_000)
  const spread = Array.from({ length: 60 }, (_, i) => 1 + Math.floor((i * text.length) / 60))
  const cuts = [...insideALetter.filter((_, i) => i % 20 === 0), ...spread, text.lastIndexOf('\n'), text.length]

  for (const afterBytes of cuts) {
    shopify.faults.cause({ kind: 'download-cut', afterBytes, times: 1 })
    const before = await readFrom(file, 0)
    shopify.faults.clear()
    const after = await readFrom(file, before.chunks.at(-1)?.to ?? 0)
    expect(before.broke, `cut after ${afterBytes}`).toBe(afterBytes < text.length)
    expect(namesIn([...before.chunks, ...after.chunks]), `cut after ${afterBytes}`).toEqual(allNames)
  }
})

test('a checkpoint at the end of the file finds nothing more', async () => {
  const { file, text } = await givenFile()
  expect(await readFrom(file, text.length)).toEqual({ chunks: [], broke: false })
})

test('a line longer than a chunk is read whole', async () => {
  const { file } = await givenFile()
  expect(namesIn((await readFrom(file, 0, 10)).chunks)).toEqual(allNames)
})

test('an expired or unknown address is distinguished from a bad line', async () => {
  const { file } = await givenFile()
  const read = (url: URL) =>
    readBulkFile(url, { from: 0, chunkBytes: 20_000, metafields: [], signal: new AbortController().signal }).next()
  shopify.faults.cause({ kind: 'url-expired', times: 1 })
  await expect(read(file)).rejects.toThrow(BulkFileGone)
  await expect(read(new URL('/nothing', file))).rejects.toThrow(BulkFileGone)
  shopify.faults.cause({ kind: 'status', status: 503, door: 'download', times: 1 })
  await expect(read(file)).rejects.toThrow(/host answered 503/)
})

test('a reader that stops closes the download', async () => {
  const { file } = await givenFile()
  const stop = new AbortController()
  const chunks = readBulkFile(file, { from: 0, chunkBytes: 20_000, metafields: [], signal: stop.signal })
  shopify.faults.cause({ kind: 'download-slow', delayMs: 30_000, times: 1 })
  const first = chunks.next()
  await vi.waitUntil(() => shopify.faults.standing().length === 0, { timeout: 20_000 })
  stop.abort()
  await expect(first).rejects.toThrow('aborted')
})

test('a host that does not support ranges sends the file from its beginning, and the part that was read is skipped', async () => {
  const { file, text } = await givenFile()
  const host = createServer((_request, response) => response.end(text)).listen(0, '127.0.0.1')
  onTestFinished(() => host.close() && host.closeAllConnections())
  await once(host, 'listening')
  const { chunks } = await readFrom(file, 0)
  const from = chunks[1]!.to

  const rest = await readFrom(new URL(`http://127.0.0.1:${(host.address() as AddressInfo).port}/file`), from)

  expect(rest.chunks[0]!.from).toBe(from)
  expect(namesIn([...chunks.slice(0, 2), ...rest.chunks])).toEqual(allNames)
})

test('nothing that identifies the app is sent to the file’s host', async () => {
  const { file } = await givenFile()
  await readFrom(file, 0)
  expect(shopify.log.of('download').length).toBeGreaterThan(0)
  expect(shopify.log.leaks()).toEqual([])
})
