const DAY_MS = 24 * 60 * 60_000
/** https://shopify.dev/changelog/partner-apps-must-enable-bulk-operations-before-use */
const LAPSES_AFTER_MS = 31 * DAY_MS

/** Whether the app may run bulk queries: all shops together, and no longer once it has started none for 31 days. */
export class BulkAccess {
  readonly #now: () => number
  #lastMs: number

  constructor(now: () => number) {
    this.#now = now
    this.#lastMs = now()
  }

  get isEnabled(): boolean {
    return this.#now() - this.#lastMs <= LAPSES_AFTER_MS
  }

  /** A bulk query was started. */
  use(): void {
    this.#lastMs = this.#now()
  }

  /** The operator asks for it again in the Partner Dashboard. */
  enable(): void {
    this.use()
  }
}
