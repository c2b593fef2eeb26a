// The merchant's switch. `turning_off` lasts until the batch in hand is settled; nothing new is begun meanwhile.
export const integrationSteps = {
  on: ['turning_off'],
  turning_off: ['off', 'on'],
  off: ['on'],
} as const

export type IntegrationStatus = keyof typeof integrationSteps

/** Whether the integration may go from one status to the next. */
export function mayTurn(from: IntegrationStatus, to: IntegrationStatus): boolean {
  return (integrationSteps[from] as readonly IntegrationStatus[]).includes(to)
}

/** The statuses from which another may be reached. */
export function statusesBefore(to: IntegrationStatus): IntegrationStatus[] {
  return (Object.keys(integrationSteps) as IntegrationStatus[]).filter((from) => mayTurn(from, to))
}
