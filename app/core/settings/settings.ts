import type { z } from 'zod'
import type { LoyaltyChoice } from '../profile/loyalty.ts'
import type { Mapping } from '../profile/mapped-fields.ts'
import { type Alerts, alertsSetting } from './alerts.ts'
import { type Audience, audienceSetting } from './audience.ts'
import { type Destination, destinationSetting } from './destination.ts'
import { loyaltySetting } from './loyalty.ts'
import { mappingSetting } from './mapping.ts'
import type { Setting } from './setting.ts'
import { alertsShape } from './shapes/alerts.ts'
import { audienceShape } from './shapes/audience.ts'
import { destinationShape } from './shapes/destination.ts'
import { loyaltyShape } from './shapes/loyalty.ts'
import { mappingShape } from './shapes/mapping.ts'
import { syncingShape } from './shapes/syncing.ts'
import { type Syncing, syncingSetting } from './syncing.ts'

/** Everything that a merchant chooses beside the integration's status. Each is saved by itself. */
export interface Choices {
  /** Which customers are synced. */
  readonly audience: Audience
  /** What is sent. */
  readonly mapping: Mapping
  /** Where profiles go in Klaviyo. */
  readonly destination: Destination
  /** Which loyalty values are recorded as events. */
  readonly loyalty: LoyaltyChoice
  /** When changes are sent. */
  readonly syncing: Syncing
  /** Of what the merchant is told. */
  readonly alerts: Alerts
}

export type SettingName = keyof Choices

export const settings: { readonly [Name in SettingName]: Setting<Choices[Name]> } = {
  audience: audienceSetting,
  mapping: mappingSetting,
  destination: destinationSetting,
  loyalty: loyaltySetting,
  syncing: syncingSetting,
  alerts: alertsSetting,
}

/**
 * What a form submits and the shop's row holds. What a choice that was saved before may lack has a default here. Apart from `settings`,
 * because the browser checks drafts by those and does not get the library that reads shapes.
 */
export const shapes: { readonly [Name in SettingName]: z.ZodType<Choices[Name]> } = {
  audience: audienceShape,
  mapping: mappingShape,
  destination: destinationShape,
  loyalty: loyaltyShape,
  syncing: syncingShape,
  alerts: alertsShape,
}

/** The choices of a merchant who never chose. */
export const initialChoices: Choices = {
  audience: audienceSetting.initial,
  mapping: mappingSetting.initial,
  destination: destinationSetting.initial,
  loyalty: loyaltySetting.initial,
  syncing: syncingSetting.initial,
  alerts: alertsSetting.initial,
}

/** Returns the choice that was submitted; null if it may not be saved. */
export function parseChoice<Name extends SettingName>(name: Name, submitted: unknown): Choices[Name] | null {
  const read = shapes[name].safeParse(submitted)
  return read.success && settings[name].isValid(read.data) ? read.data : null
}

/** Returns the choice that a shop's row holds; null there is that of a merchant who never chose. Its validity was checked when it was saved. */
export function storedChoice<Name extends SettingName>(name: Name, stored: unknown): Choices[Name] {
  return stored === null ? settings[name].initial : shapes[name].parse(stored)
}
