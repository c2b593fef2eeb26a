import { format } from 'node:util'
import { type LogFacts, log, wordsOf } from '#app/telemetry/log.ts'

/** Where a message begins is what matters of it. */
const LONGEST = 500

/**
 * From now on what libraries print, what Node warns of, and an error that nobody caught are log lines. With `keepsConsole`, as for a
 * developer, what is printed stays as it is.
 */
export function logLibraries({ keepsConsole }: { keepsConsole: boolean }): void {
  if (!keepsConsole) {
    for (const method of ['debug', 'log', 'info', 'warn', 'error', 'trace'] as const) {
      const event = method === 'error' ? 'library_failed' : method === 'warn' ? 'library_warned' : 'library_said'
      console[method] = (...words: unknown[]) => log(event, { words: format(...words.map(spoken)).slice(0, LONGEST) })
    }
  }
  process.removeAllListeners('warning') // Node's own listener, which prints them
  process.on('warning', (warning) => {
    const { code } = warning as { code?: string }
    log('node_warning', { name: warning.name, code: code ?? null, words: warning.message.slice(0, LONGEST) })
  })
  process.on('uncaughtException', (error, origin) => {
    log('process_failed', { origin, ...factsOf(error) })
    if (process.env.NODE_ENV !== 'production') process.stderr.write(`${format(error)}\n`)
    process.exit(1)
  })
}

/** The name and message of an error, and the place in the code that threw it. */
function factsOf(error: unknown): LogFacts {
  const where = error instanceof Error ? (error.stack?.match(/^\s+at .*$/m)?.[0].trim() ?? null) : null
  return { error: wordsOf(error).slice(0, LONGEST), where: where && withoutCheckout(where) }
}

/** Paths begin at the checkout: the rest is about the machine. */
function withoutCheckout(where: string): string {
  return where.replaceAll(new URL('../..', import.meta.url).href, '')
}

/** An error's causes and fields may quote what was sent. */
function spoken(word: unknown): unknown {
  return word instanceof Error ? wordsOf(word) : word
}
