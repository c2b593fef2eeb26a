import type { ComputedField } from '#app/core/profile/mapped-fields.ts'

export const timesCopy = {
  heading: 'Times of loyalty changes',
  about:
    'Loyalty apps do not keep these. Lockstep works them out from the loyalty values it sent, so they begin when you turn them on. They are dates in UTC, which segments and date-triggered flows can use.',
} as const

export const timesLabels: Record<ComputedField, string> = {
  tierSince: 'Tier since',
  lastChanged: 'Last changed at',
}

export const timesNotes: Record<ComputedField, string> = {
  tierSince:
    'When Lockstep saw the customer reach the present tier, or lose the last one. Empty for customers whose tier has not changed since Lockstep first saw it.',
  lastChanged:
    'When Lockstep last saw any of the customer’s loyalty values change. Empty for customers whose values have not changed since Lockstep first saw them.',
}
