import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { STORAGE_HOST } from '#test/sandbox/shopify/bulk/result-storage.ts'

/** The instants, in ms, between which a file's customers went to Klaviyo. */
export interface Transfer {
  /** When the file was first asked for. */
  readonly beganAt: number | null
  /** When the last import was answered. */
  readonly importedAt: number | null
  readonly imports: number
}

/** Watches this process's HTTP servers. `latest` yields what happened since it was last asked. */
export function watchTransfers(): { latest(): Transfer } {
  const none = { beganAt: null, importedAt: null, imports: 0 }
  let transfer: { -readonly [Key in keyof Transfer]: Transfer[Key] } = { ...none }
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage }
    if (request.headers.host === STORAGE_HOST) transfer.beganAt ??= Date.now()
  })
  subscribe('http.server.response.finish', (message) => {
    const { request } = message as { request: IncomingMessage }
    if (request.method !== 'POST' || request.url !== '/api/profile-bulk-import-jobs') return
    transfer.importedAt = Date.now()
    transfer.imports++
  })
  return {
    latest: () => {
      const latest = transfer
      transfer = { ...none }
      return latest
    },
  }
}
