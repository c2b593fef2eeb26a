export { log, wordsOf } from '#app/telemetry/log.ts'
