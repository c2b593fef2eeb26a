import { accountHandlers } from './account/accounts.ts'
import { subscriptionHandlers } from './consent/subscription-jobs.ts'
import { suppressionHandlers } from './consent/suppression-jobs.ts'
import { eventHandlers } from './events/events.ts'
import { metricHandlers } from './events/metrics.ts'
import type { Handler } from './exchange/call.ts'
import { importJobHandlers } from './imports/import-jobs.ts'
import { importResultHandlers } from './imports/import-results.ts'
import { listMemberHandlers } from './lists/list-members.ts'
import { listHandlers } from './lists/lists.ts'
import type { OperationName } from './operations.ts'
import { profileDeletionHandlers } from './profiles/profile-deletions.ts'
import { profileMergeHandlers } from './profiles/profile-merges.ts'
import { profileReadHandlers } from './profiles/profile-reads.ts'
import { profileWriteHandlers } from './profiles/profile-writes.ts'
import { segmentHandlers } from './segments/segments.ts'

/** Who answers what. An operation that nobody answers does not compile. */
export const handlers: Readonly<Record<OperationName, Handler>> = {
  ...accountHandlers,
  ...profileReadHandlers,
  ...profileWriteHandlers,
  ...profileMergeHandlers,
  ...profileDeletionHandlers,
  ...importJobHandlers,
  ...importResultHandlers,
  ...listHandlers,
  ...listMemberHandlers,
  ...subscriptionHandlers,
  ...suppressionHandlers,
  ...eventHandlers,
  ...metricHandlers,
  ...segmentHandlers,
}
