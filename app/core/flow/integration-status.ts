// `turning_off` lasts until the current batch is settled; nothing new begins meanwhile.
export const integrationTransitions = {
  on: ['turning_off'],
  turning_off: ['off', 'on'],
  off: ['on'],
} as const

export type IntegrationStatus = keyof typeof integrationTransitions

/** Whether the integration may go from one status to the other. */
export function mayChangeStatus(from: IntegrationStatus, to: IntegrationStatus): boolean {
  return (integrationTransitions[from] as readonly IntegrationStatus[]).includes(to)
}

/** Returns the statuses from which another may be reached. */
export function statusesBefore(to: IntegrationStatus): IntegrationStatus[] {
  return (Object.keys(integrationTransitions) as IntegrationStatus[]).filter((from) => mayChangeStatus(from, to))
}
