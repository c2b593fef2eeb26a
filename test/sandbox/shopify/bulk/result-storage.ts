import { randomBytes } from 'node:crypto'
import type { ResultFile } from './result-file.ts'

export interface StoredFile {
  readonly file: ResultFile
  readonly expiresAtMs: number
}

/** Google's host; Shopify's own never serves results, so that a token sent along would leave the house. */
export const STORAGE_HOST = 'storage.googleapis.com'

export const LINK_LIFE_MS = 7 * 24 * 60 * 60 * 1000

/** Where the results of all shops lie, behind signed addresses. */
export class ResultStorage {
  readonly #now: () => number
  readonly #files = new Map<string, StoredFile & { readonly signature: string }>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Takes a file in and yields its address, good for seven days. */
  put(file: ResultFile): string {
    const name = `/shopify-tiers-assets-prod-us-east1/bulk-operation-outputs/${randomBytes(16).toString('base64url')}`
    const signature = randomBytes(32).toString('base64')
    const expiresAtMs = this.#now() + LINK_LIFE_MS
    this.#files.set(name, { file, expiresAtMs, signature })
    const url = new URL(`https://${STORAGE_HOST}${name}`)
    url.searchParams.set('GoogleAccessId', 'assets-us-prod@shopify-tiers.iam.gserviceaccount.com')
    url.searchParams.set('Expires', String(Math.floor(expiresAtMs / 1000)))
    url.searchParams.set('Signature', signature)
    url.searchParams.set('response-content-type', 'application/jsonl')
    return url.href
  }

  /** Null when there is no such file, the signature is another's, or its time is over. */
  find(url: URL): StoredFile | null {
    const stored = this.#files.get(url.pathname)
    if (!stored || url.searchParams.get('Signature') !== stored.signature) return null
    return stored.expiresAtMs <= this.#now() ? null : stored
  }
}
