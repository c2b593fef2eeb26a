/** Starts the workflows of a Flow trigger. 10 points; no scope. */
export const FLOW_TRIGGER = `#graphql
  mutation FlowTrigger($handle: String!, $payload: JSON!) {
    flowTriggerReceive(handle: $handle, payload: $payload) { userErrors { field message } }
  }`
