import { type TriggerDefinition, triggerDefinitions } from './trigger-definitions.ts'

/** A workflow that a trigger started. */
export interface StartedWorkflow {
  readonly handle: string
  readonly payload: Readonly<Record<string, unknown>>
}

export interface FlowUserError {
  readonly field: readonly string[]
  readonly message: string
}

/** The Flow app of one shop. */
export class Workflows {
  /** In the order in which they were started. */
  readonly started: StartedWorkflow[] = []

  /** Returns why nothing is started; nothing if it is. */
  receive(handle: string | null, payload: unknown): FlowUserError[] {
    const definition = triggerDefinitions.find((one) => one.handle === handle)
    if (!definition) return [{ field: ['handle'], message: `Invalid handle '${handle}'.` }]
    const given = (payload ?? {}) as Readonly<Record<string, unknown>>
    const faults = faultsIn(definition, given)
    if (faults.length > 0)
      return [{ field: ['payload'], message: `Errors validating schema:\n  ${faults.join('\n  ')}` }]
    this.started.push({ handle: definition.handle, payload: given })
    return []
  }
}

function faultsIn({ fields }: TriggerDefinition, payload: Readonly<Record<string, unknown>>): string[] {
  const unknown = Object.keys(payload).filter((key) => !fields.some((field) => field.key === key))
  return [
    ...fields.flatMap(({ key, type }) => (fits(type, payload[key]) ? [] : `Type error for property '${key}'`)),
    ...unknown.map((key) => `Unknown property '${key}'`),
  ]
}

function fits(type: string, value: unknown): boolean {
  return type.endsWith('_reference') ? Number.isSafeInteger(value) : typeof value === 'string'
}
