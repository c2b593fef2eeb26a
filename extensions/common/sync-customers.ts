import type { SyncAnswer } from '../../app/core/report/extension-answers.ts'
import { askApp } from './ask-app.ts'

/** As many as one request may name (app/routes/api.extension.sync.tsx). */
const AT_ONCE = 500

export interface SyncProgress {
  /** Customers that the app has taken so far. */
  readonly taken: number
  /** What the app says of them; null before its first answer. */
  readonly message: string | null
  /** Whether a part was not taken; the same call with `from: taken` goes on there. */
  readonly failed: boolean
}

/** Has the app sync these customers (global ids), part by part, from the `from`-th on. `onProgress` hears of each part. */
export async function syncCustomers(
  ids: readonly string[],
  {
    from = 0,
    language,
    onProgress,
  }: { from?: number; language: string; onProgress?: (progress: SyncProgress) => void },
): Promise<SyncProgress> {
  let progress: SyncProgress = { taken: from, message: null, failed: false }
  while (progress.taken < ids.length) {
    const part = ids.slice(progress.taken, progress.taken + AT_ONCE)
    const fields = { ids: part.join(','), before: String(progress.taken) }
    const answer = await askApp<SyncAnswer>('sync', { language, fields })
    if (answer.kind === 'failed') return { ...progress, failed: true }
    progress = { taken: progress.taken + part.length, message: answer.data.message, failed: false }
    onProgress?.(progress)
  }
  return progress
}
