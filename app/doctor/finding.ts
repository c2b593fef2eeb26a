/** What a check found. `skipped`: it could not be looked at, or does not apply, which is no fault. */
export interface Finding {
  readonly state: 'ok' | 'warning' | 'fault' | 'skipped'
  /** One sentence: what is so. */
  readonly says: string
  /** What to do about it; only with a warning or a fault. */
  readonly mend?: string
}

export interface Check {
  readonly name: string
  /** Whether Shopify or Klaviyo is asked. The database belongs to the installation. */
  readonly isOnline: boolean
  look(): Promise<Finding>
}

export const ok = (says: string): Finding => ({ state: 'ok', says })
export const skipped = (says: string): Finding => ({ state: 'skipped', says })
export const warning = (says: string, mend: string): Finding => ({ state: 'warning', says, mend })
export const fault = (says: string, mend: string): Finding => ({ state: 'fault', says, mend })
