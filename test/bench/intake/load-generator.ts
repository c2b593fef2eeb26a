// A process that sends signed webhooks over kept connections, one at a time on each, and times the answers. It writes prepared
// bytes to sockets: an HTTP client would be busier than the servers that it measures.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { answerCalls } from '../process/remote-calls.ts'
import { quantile } from '../report/statistics.ts'
import { type BodyKind, signedRequests } from './signed-requests.ts'

export interface Round {
  readonly port: number
  readonly body: BodyKind
  readonly connections: number
  readonly ms: number
}

export interface RoundFigures {
  /** Answered with 200. */
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Answered otherwise, or not at all. */
  readonly failed: number
}

const requests: Record<BodyKind, Buffer[]> = {
  cut: signedRequests('cut', process.env.SHOPIFY_API_SECRET!),
  full: signedRequests('full', process.env.SHOPIFY_API_SECRET!),
}
let sent = 0

export const calls = { ready: () => true, round }
answerCalls(calls)

async function round({ port, body, connections, ms }: Round): Promise<RoundFigures> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(port)))
  const tookMs: number[] = []
  let failed = 0
  const startedAt = performance.now()
  const until = startedAt + ms
  await Promise.all(
    sockets.map(async (socket) => {
      const senderFailed = await sendUntil(socket, until, { body, tookMs })
      failed += senderFailed
    }),
  )
  const seconds = (performance.now() - startedAt) / 1000
  return { perSecond: tookMs.length / seconds, p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99), failed }
}

async function opened(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return socket
}

/** Sends on one connection until then, and closes it. Yields how many were not answered with 200. */
function sendUntil(
  socket: Socket,
  until: number,
  { body, tookMs }: { body: BodyKind; tookMs: number[] },
): Promise<number> {
  return new Promise((resolve) => {
    let failed = 0
    let answer = ''
    let sentAt: number | null = null
    const send = () => {
      sentAt = performance.now()
      socket.write(requests[body][sent++ % requests[body].length]!)
    }
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1')
      if (!isWhole(answer)) return
      const now = performance.now()
      if (answer.startsWith('HTTP/1.1 200')) tookMs.push(now - sentAt!)
      else failed++
      answer = ''
      sentAt = null
      if (now < until) send()
      else socket.destroy()
    })
    socket.on('error', () => {}) // counted when it closes
    socket.on('close', () => resolve(failed + (sentAt === null ? 0 : 1)))
    send()
  })
}

const LENGTH = /\r\ncontent-length: (\d+)\r\n/i

/** Whether an HTTP answer has arrived to its end: by its length, or by its last chunk. */
function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const length = LENGTH.exec(answer)
  if (length) return answer.length >= headEnd + 4 + Number(length[1])
  return answer.endsWith('\r\n0\r\n\r\n')
}
