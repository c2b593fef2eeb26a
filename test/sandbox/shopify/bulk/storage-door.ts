import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { failBefore } from '../door-faults.ts'
import type { Exchange } from '../exchange.ts'
import type { ShopifyFaults } from '../faults.ts'
import type { RequestLog } from '../request-log.ts'
import type { ResultFile } from './result-file.ts'
import type { ResultStorage } from './result-storage.ts'

export interface StorageDoor {
  readonly storage: ResultStorage
  readonly now: () => number
  readonly faults: ShopifyFaults
  readonly log: RequestLog
}

const chance = { door: 'download', operations: ['download'] } as const

/** Downloads from Google's host, which knows signed addresses and must never see a credential of Shopify's. */
export async function answerDownload(door: StorageDoor, exchange: Exchange): Promise<void> {
  const leaked = carriesCredential(exchange)
  const status = (await failBefore(exchange, door.faults, chance)) ?? (await served(door, exchange, leaked))
  door.log.add({
    at: door.now(),
    door: 'download',
    host: exchange.host,
    path: exchange.url.pathname,
    operations: ['download'],
    status,
    requestedCost: null,
    actualCost: null,
    tokenShop: null,
    throttled: false,
    leaked,
  })
}

async function served(door: StorageDoor, exchange: Exchange, leaked: boolean): Promise<number> {
  if (leaked) return refused(exchange, 400, 'InvalidArgument')
  const stored = door.faults.strike('url-expired', chance) ? null : door.storage.find(exchange.url)
  if (!stored) return refused(exchange, 403, 'ExpiredToken')
  const { file } = stored
  const range = rangeOf(exchange.request.headers.range, file.size)
  if (range === null) {
    exchange.response.writeHead(416, { 'content-range': `bytes */${file.size}` }).end()
    return 416
  }
  const status = exchange.request.headers.range ? 206 : 200
  exchange.response.writeHead(status, {
    'content-type': 'application/jsonl',
    'accept-ranges': 'bytes',
    'content-length': range.end - range.start,
    ...(status === 206 && { 'content-range': `bytes ${range.start}-${range.end - 1}/${file.size}` }),
  })
  if (exchange.request.method === 'HEAD') exchange.response.end()
  else await send(exchange.response, file, range, door.faults)
  return status
}

interface Range {
  readonly start: number
  /** The first byte that is left out. */
  readonly end: number
}

/** Null when it begins behind the end. A header that is no range means the whole file. */
function rangeOf(header: string | undefined, size: number): Range | null {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? []
  if (from === undefined) return { start: 0, end: size }
  const start = Number(from)
  if (start >= size) return null
  return { start, end: to ? Math.min(Number(to) + 1, size) : size }
}

async function send(response: ServerResponse, file: ResultFile, range: Range, faults: ShopifyFaults): Promise<void> {
  const cutAfterBytes = faults.strike('download-cut', chance)?.afterBytes ?? Number.POSITIVE_INFINITY
  const blockDelayMs = faults.strike('download-slow', chance)?.delayMs ?? 0
  let left = cutAfterBytes
  for (const block of file.read(range.start, range.end)) {
    if (response.destroyed) return
    if (blockDelayMs > 0) await wait(blockDelayMs, undefined, { ref: false })
    const part = block.subarray(0, Math.min(block.length, left))
    left -= part.length
    if (!response.write(part)) await drained(response)
    if (left === 0) {
      response.socket?.destroySoon()
      return
    }
  }
  response.end()
}

/** The client has room again, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}

function carriesCredential({ request }: Exchange): boolean {
  return request.headers['x-shopify-access-token'] !== undefined || request.headers.authorization !== undefined
}

function refused({ response }: Exchange, status: number, code: string): number {
  response.writeHead(status, { 'content-type': 'application/xml; charset=UTF-8' })
  response.end(`<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code></Error>`)
  return status
}
