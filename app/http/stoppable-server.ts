import { once } from 'node:events'
import { type RequestListener, Server, type ServerOptions } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'

/** When no client has connected for this long, in milliseconds, every active client is waiting for an answer. */
const QUIET_MS = 50
/** There may always be new connections: they are waited for no longer than this, in milliseconds. */
const LONGEST_UNTIL_QUIET_MS = 1_000
const MAX_TURNS = 1_000
/** A connection without a request for this long, in milliseconds, while no client can open a new one, is not needed. */
const IDLE_MS = 1_000

/** An HTTP server that can be stopped under load without resetting a connection that has a request on it. */
export class StoppableServer extends Server {
  /** Whether stop() was called. Load balancers should notice it before connections are refused. */
  isStopping = false
  #answering = 0
  /** Requests to be answered once the listener is closed; null while requests are answered as they come. */
  #held: (() => void)[] | null = null

  constructor(options: ServerOptions, answer: RequestListener) {
    super(options)
    this.on('request', (request, response) => {
      this.#answering++
      response.once('close', () => this.#answering--)
      if (this.isStopping) response.setHeader('connection', 'close')
      if (this.#held) this.#held.push(() => answer(request, response))
      else answer(request, response)
    })
  }

  /**
   * Keeps accepting requests for `delayMs` milliseconds, with answers that close their connections, so that load balancers find other
   * servers. Then refuses connections, answers requests on open ones, and resolves when all have ended.
   */
  async stop(delayMs: number): Promise<void> {
    this.isStopping = true
    await wait(delayMs)
    const ended = once(this, 'close')
    await this.#closeListener()
    await Promise.race([ended, this.#nobodyAsks()])
    this.closeAllConnections()
    await ended
  }

  /**
   * Linux resets connections that wait to be accepted when their listener is closed. Answers are therefore held back for a moment: clients
   * that wait for one do not connect, and the listener is closed once none does.
   */
  async #closeListener(): Promise<void> {
    const held: (() => void)[] = []
    this.#held = held
    await this.#nobodyConnects()
    NetServer.prototype.close.call(this) // http.Server's own close would cut idle connections, on which a request may be in flight
    this.#held = null
    for (const answer of held) answer()
  }

  async #nobodyConnects(): Promise<void> {
    const began = performance.now()
    let connections = 0
    let last = began
    this.on('connection', () => {
      connections++
      last = performance.now()
    })
    while (performance.now() - last < QUIET_MS && performance.now() - began < LONGEST_UNTIL_QUIET_MS) await wait(5)
    // One connection is accepted in each turn of the event loop, so a turn without one shows that none is waiting.
    for (let turns = 0, before = -1; before !== connections && turns < MAX_TURNS; turns++) {
      before = connections
      await turn()
    }
  }

  async #nobodyAsks(): Promise<void> {
    await wait(IDLE_MS)
    while (this.#answering > 0) await wait(20)
  }
}
