// Run by log-lines.test.ts in a process of its own: logs the words of its first argument in every way there is, the last of which ends it.
import '#test/support/environment.ts'

// As production asks for.
process.env.KLAVIYO_BASE_URL = 'https://klaviyo.test'
process.env.KLAVIYO_OAUTH_AUTHORIZE_URL = 'https://klaviyo.test/oauth/authorize'

import { logLibraries } from '#app/process/library-lines.ts'
import { log, setProcessRole, wordsOf } from '#app/telemetry/log.ts'
import { inRequest } from '#app/telemetry/request-id.ts'
import { SparseLine } from '#app/telemetry/sparse-line.ts'

const [, , words = '', end = ''] = process.argv
const error = new Error(words, { cause: { words } })
setProcessRole('worker')
logLibraries({ keepsConsole: false })

log('way_of_log', { words, nested: { words }, token: words, error: wordsOf(error) })
inRequest('request-id-0001', () => log('way_of_request', { words }))
new SparseLine('way_of_sparse_line').say({ words })
console.log('said', words)
console.warn('warned', words, error)
console.error(error)
console.error({ deep: { words } })
process.emitWarning(words, 'DeprecationWarning', 'DEP9999')
const { logLibrary } = await import('#app/shopify.server.ts')
logLibrary(0, words)
await new Promise((resolve) => setImmediate(resolve))
if (end === 'unhandledRejection') void Promise.reject(error)
else
  setImmediate(() => {
    throw error
  })
