import type { FlowUserError } from '../flow/workflows.ts'
import type { AdminRequest } from './admin-request.ts'

export const flowRoots = {
  flowTriggerReceive(
    { handle, payload }: { handle?: string | null; payload?: unknown },
    { shop, flowRefused }: AdminRequest,
  ): { userErrors: readonly FlowUserError[] } {
    const refusal = flowRefused()
    const userErrors =
      refusal === null ? shop.workflows.receive(handle ?? null, payload) : [{ field: ['payload'], message: refusal }]
    return { userErrors }
  },
}
