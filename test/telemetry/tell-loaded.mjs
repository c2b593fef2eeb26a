// Imported into a process before anything else: when it ends, it writes which packages for logs, metrics and traces it has loaded.
import { registerHooks } from 'node:module'

const WATCHED = /node_modules\/(pino|prom-client|@opentelemetry)\//
const loaded = new Set()
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    const name = WATCHED.exec(resolved.url)?.[1]
    if (name) loaded.add(name)
    return resolved
  },
})
process.on('exit', () => {
  process.stdout.write(`${JSON.stringify({ event: 'modules_loaded', loaded: [...loaded].sort() })}\n`)
})
