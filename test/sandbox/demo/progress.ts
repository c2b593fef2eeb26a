import { setTimeout as wait } from 'node:timers/promises'

export interface Standing {
  readonly done: number
  readonly of: number
  /** Work that is not settled. */
  readonly open: number
}

const WIDTH = 30

/** Draws how far something is, on one line of the terminal, or a line now and then where there is none. */
export class Progress {
  #lastLineAt = 0

  /** Looks until nothing is open. Throws when nothing has moved for too long. */
  async untilStill(
    title: string,
    look: () => Promise<Standing>,
    { stuckAfterMs, everyMs }: { stuckAfterMs: number; everyMs: number },
  ): Promise<void> {
    const startedAt = performance.now()
    let seen = ''
    let movedAt = startedAt
    for (;;) {
      const standing = await look()
      const now = performance.now()
      if (JSON.stringify(standing) !== seen) movedAt = now
      seen = JSON.stringify(standing)
      this.#draw(title, standing, (now - startedAt) / 1000)
      if (standing.open === 0) break
      if (now - movedAt > stuckAfterMs)
        throw new Error(`${title}: nothing has moved for ${stuckAfterMs / 1000} seconds`)
      await wait(everyMs)
    }
    if (process.stdout.isTTY) process.stdout.write('\n')
  }

  #draw(title: string, { done, of, open }: Standing, seconds: number): void {
    const share = of === 0 ? 1 : Math.min(1, done / of)
    const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░')
    const line = `${title.padEnd(14)} ${bar} ${done.toLocaleString('en')} of ${of.toLocaleString('en')} settled, ${open} open, ${seconds.toFixed(1)} s`
    if (process.stdout.isTTY) process.stdout.write(`\r${line}\u001b[K`)
    else if (open === 0 || seconds * 1000 - this.#lastLineAt > 2_000) {
      this.#lastLineAt = open === 0 ? 0 : seconds * 1000
      console.log(line)
    }
  }
}
