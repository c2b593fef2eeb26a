import { appstle } from './appstle.ts'
import { easypoints } from './easypoints.ts'
import { growave } from './growave.ts'
import { inveterate } from './inveterate.ts'
import { joy } from './joy.ts'
import type { LoyaltyApp } from './loyalty-app.ts'
import { loyaltylion } from './loyaltylion.ts'
import { mage } from './mage.ts'
import { memberr } from './memberr.ts'
import { okendo } from './okendo.ts'
import { rivo } from './rivo.ts'
import { rivoLegacy } from './rivo-legacy.ts'
import { smile } from './smile.ts'

/** The loyalty apps whose ways of writing to Shopify are known. */
export const loyaltyApps = {
  rivo,
  rivoLegacy,
  smile,
  joy,
  appstle,
  okendo,
  loyaltylion,
  growave,
  easypoints,
  inveterate,
  mage,
  memberr,
} as const satisfies Record<string, LoyaltyApp>

export type LoyaltyAppName = keyof typeof loyaltyApps
