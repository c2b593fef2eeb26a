import { log } from '#app/telemetry/log.ts'
import { maskText } from '#app/telemetry/mask-text.ts'
import { CANNOT_START } from './keep-running.ts'

/**
 * Says why this process cannot start: in a log line, and on stderr in sentences for the person who starts it. Returns the code to exit with: a process that keeps this
 * one running is told whether to try again.
 */
export function cannotStart(why: string, { mayRecover = false }: { mayRecover?: boolean } = {}): number {
  log('cannot_start', { why })
  process.stderr.write(`${maskText(why)}\n`)
  return process.connected && !mayRecover ? CANNOT_START : 1
}
