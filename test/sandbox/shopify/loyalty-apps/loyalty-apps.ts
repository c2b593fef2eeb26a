import { easypoints } from './easypoints.ts'
import { inveterate } from './inveterate.ts'
import { joy } from './joy.ts'
import type { LoyaltyApp } from './loyalty-app.ts'
import { mage } from './mage.ts'
import { smile } from './smile.ts'

/** The loyalty apps whose ways of writing to Shopify are known. */
export const loyaltyApps = { smile, joy, easypoints, inveterate, mage } as const satisfies Record<string, LoyaltyApp>

export type LoyaltyAppName = keyof typeof loyaltyApps
