/** The loyalty apps whose fields are known, in the order in which they are offered. */
export const presetIds = [
  'rivo',
  'rivo_legacy',
  'smile',
  'joy',
  'appstle',
  'okendo',
  'loyaltylion',
  'growave',
  'easypoints',
  'inveterate',
  'mage',
  'memberr',
] as const
export type PresetId = (typeof presetIds)[number]
