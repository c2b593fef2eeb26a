import type { UnsyncedReason } from '#app/core/report/unsynced-customers.ts'

/** What can be asked of the worker from these pages. */
export interface SyncActions {
  /** A wish is being passed on. */
  readonly busy: boolean
  readonly syncNow: (customerIds: readonly string[]) => void
  /** All customers of a list, whichever page is shown. */
  readonly retry: (reason: UnsyncedReason) => void
}
