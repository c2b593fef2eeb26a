import { once } from 'node:events'
import { type RequestListener, Server, type ServerOptions } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'

/** So long nobody has connected: every client that has something to ask waits for an answer already. */
const QUIET_MS = 50
/** There are always some who connect anew: they are waited for no longer than this. */
const LONGEST_UNTIL_QUIET_MS = 1_000
const MOST_TURNS = 1_000
/** A connection on which nobody asks anything for so long, while nobody can connect anew, is not needed. */
const IDLE_MS = 1_000

/** An HTTP server that can be stopped under load, without a connection reset while a request is on it. */
export class StoppableServer extends Server {
  /** True once it has been told to stop: load balancers are to hear of it first. */
  isStopping = false
  #answering = 0
  /** Requests to be answered once the listener is closed; null when they are answered as they come. */
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
   * Goes on taking requests for `delayMs`, with answers that ask for a new connection, which is when load balancers find others. Then it
   * refuses connections, answers what is asked on those that are open, and resolves when all have ended.
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
   * Linux resets a connection that waits to be accepted when its listener is closed. So answers are held back for a moment: clients that
   * wait for one do not connect, and the listener is closed once nobody does.
   */
  async #closeListener(): Promise<void> {
    const held: (() => void)[] = []
    this.#held = held
    await this.#nobodyConnects()
    NetServer.prototype.close.call(this) // Server's own would cut idle connections, on which a request may be under way.
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
    for (let turns = 0, before = -1; before !== connections && turns < MOST_TURNS; turns++) {
      before = connections
      await turn()
    }
  }

  async #nobodyAsks(): Promise<void> {
    await wait(IDLE_MS)
    while (this.#answering > 0) await wait(20)
  }
}
