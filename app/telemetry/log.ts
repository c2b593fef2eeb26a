import { pino } from 'pino'
import { lineWritten } from './facts.ts'
import { type Level, levelOf } from './levels.ts'
import { maskText } from './mask-text.ts'
import { currentRequestId } from './request-id.ts'

/** What a process is for. `command` is one that a person runs and that ends by itself. */
export type ProcessRole = 'web' | 'worker' | 'supervisor' | 'command'

type Fact = string | number | boolean | null
export type LogFacts = Readonly<Record<string, Fact | Readonly<Record<string, Fact>>>>

/** Facts with these names are never written, whatever they hold. */
const NEVER_WRITTEN = ['email', 'phone', 'password', 'secret', 'token', 'accessToken', 'refreshToken', 'authorization']

let role: ProcessRole = 'command'

// Standard output is synchronous for files, pipes and terminals on Linux and macOS, so that no line is lost when the process ends:
// https://nodejs.org/api/process.html#a-note-on-process-io
const logger = pino(
  {
    base: { pid: process.pid },
    timestamp: () => `,"at":"${new Date().toISOString()}"`,
    formatters: { level: (level) => ({ level }) },
    redact: { paths: [...NEVER_WRITTEN, ...NEVER_WRITTEN.map((name) => `*.${name}`)], censor: '[hidden]' },
  },
  { write: (line: string) => void process.stdout.write(line) },
)

/** Sets what this process's lines say about it. Until then it is a command. */
export function setProcessRole(ofThis: ProcessRole): void {
  role = ofThis
}

/** Lines of a lower level are not written. Default: info. */
export function setLogLevel(level: Level): void {
  logger.level = level
}

/**
 * Writes one line of JSON to stdout. Ids and counts only: never an email address, a name, a phone number, a key or a token; what looks like
 * one is masked all the same. The event decides the level (levels.ts).
 */
export function log(event: string, facts: LogFacts): void {
  const level = levelOf(event)
  const requestId = currentRequestId()
  logger[level]({ role, event, ...masked(facts), ...(requestId !== undefined && { requestId }) })
  lineWritten.tell({ event, level })
}

function masked(facts: LogFacts): Record<string, unknown> {
  const written: Record<string, unknown> = {}
  for (const [name, fact] of Object.entries(facts)) {
    if (typeof fact === 'string') written[name] = maskText(fact)
    else written[name] = typeof fact === 'object' && fact !== null ? masked(fact) : fact
  }
  return written
}

/**
 * The part of an error that may be logged: its name and message, without causes, which may quote what was sent. The job engine passes on copies of
 * errors, which have a message only.
 */
export function wordsOf(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error
  return String(message)
}
