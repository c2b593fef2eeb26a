/** From the least important; a level shows itself and those after it. */
export const levels = ['debug', 'info', 'warn', 'error', 'fatal'] as const
export type Level = (typeof levels)[number]

/** Something is wrong that an operator should see to. */
const ERRORS: readonly string[] = [
  'alerts_failed',
  'intake_failed',
  'library_failed',
  'operator_fault_began',
  'page_failed',
  'postgres_failed',
  'prisma_failed',
  'queue_failed',
  'readiness_lost',
  'request_failed',
  'sweep_failed',
  'telemetry_failed',
  'turn_failed',
  'webhook_queue_failed',
]
/** The process ends because of it. */
const FATAL: readonly string[] = ['cannot_start', 'process_failed']
/** Something is refused or away; Lockstep goes on by itself, or waits for the merchant. */
const WARNINGS: readonly string[] = [
  'account_throttled',
  'connection_refused',
  'flow_trigger_refused',
  'import_forgotten',
  'klaviyo_fails',
  'library_warned',
  'list_unusable',
  'loyalty_event_dropped',
  'node_warning',
  'part_ended',
  'prisma_warning',
  'queue_messages_refused',
  'queue_warning',
  'requests_blocked',
  'session_unreadable',
  'shopify_library',
  'shopify_refuses',
  'shopify_unreadable',
  'signatures_refused',
  'topics_unsaved',
  'wake_failed',
  'webhook_for_another_shop',
  'webhook_unreadable',
  'webhooks_uncounted',
]

const levelOfEvent: ReadonlyMap<string, Level> = new Map([
  ...WARNINGS.map((event) => [event, 'warn'] as const),
  ...ERRORS.map((event) => [event, 'error'] as const),
  ...FATAL.map((event) => [event, 'fatal'] as const),
])

/** The level of an event's lines: `info` unless it is listed here. */
export function levelOf(event: string): Level {
  return levelOfEvent.get(event) ?? 'info'
}
