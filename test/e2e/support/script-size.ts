import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const CLIENT = new URL('../../../build/client', import.meta.url).pathname

interface Manifest {
  readonly url: string
  readonly entry: Chunk
  readonly routes: Readonly<Record<string, Chunk>>
}

interface Chunk {
  readonly module: string
  readonly imports: readonly string[]
}

/** Returns how many KB (of 1,024 bytes, gzip) of script the browser loads before a page of the app comes to life, by the page's route. */
export function scriptKilobytes(route: string): number {
  const { url, entry, routes } = manifest()
  const chunks = [entry, ...['root', 'routes/app', route].flatMap((id) => routes[id] ?? [])]
  const files = new Set([url, ...chunks.flatMap(({ module, imports }) => [module, ...imports])])
  const bytes = [...files].map((file) => gzipSync(readFileSync(CLIENT + file)).length)
  return bytes.reduce((sum, each) => sum + each, 0) / 1_024
}

/** What Remix built, as the first page names it. */
function manifest(): Manifest {
  const file = readdirSync(`${CLIENT}/assets`).find((name) => /^manifest-.*\.js$/.test(name))
  const text = readFileSync(`${CLIENT}/assets/${file}`, 'utf8')
  return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))
}
