import type { Call } from '../exchange/call.ts'
import { relationLinks, resourceLink } from '../exchange/links.ts'
import { sparseAttributes } from '../exchange/sparse-fields.ts'
import { isoInstant } from '../instant.ts'
import type { JsonObject } from '../json.ts'
import { type ImportError, type ImportJob, JOB_LIFE_MS } from './import-job.ts'

export function importJobDocument(call: Call, job: ImportJob): JsonObject {
  const path = `/api/profile-bulk-import-jobs/${job.id}`
  const { related } = relationLinks(call, path, 'import-errors')
  return {
    type: 'profile-bulk-import-job',
    id: job.id,
    attributes: sparseAttributes(call, 'profile-bulk-import-job', attributesOf(job, call.now)),
    relationships: {
      lists: { data: job.listIds.map((id) => ({ type: 'list', id })), links: relationLinks(call, path, 'lists') },
      profiles: { links: relationLinks(call, path, 'profiles') },
      // Without a `self`, unlike every other relationship (recorded).
      'import-errors': { links: { related } },
    },
    links: resourceLink(call, path),
  }
}

export function importErrorDocument(call: Call, error: ImportError): JsonObject {
  const attributes = {
    code: error.code,
    title: error.title,
    detail: error.detail,
    source: { pointer: error.pointer },
    original_payload: error.originalPayload,
  }
  return { type: 'import-error', id: error.id, attributes: sparseAttributes(call, 'import-error', attributes) }
}

function attributesOf(job: ImportJob, now: number): JsonObject {
  return {
    status: job.status,
    created_at: isoInstant(job.createdAt),
    total_count: job.total,
    completed_count: job.status === 'processing' ? completedSoFar(job, now) : job.completed,
    failed_count: job.failed,
    completed_at: job.completedAt === null ? null : isoInstant(job.completedAt),
    expires_at: isoInstant(job.createdAt + JOB_LIFE_MS),
    started_at: job.startedAt === null ? null : isoInstant(job.startedAt),
  }
}

/** Counts move while a job runs, though none of its profiles can be read before it is complete. */
function completedSoFar(job: ImportJob, now: number): number {
  const done = (now - job.startsAt) / Math.max(1, job.dueAt - job.startsAt)
  return Math.floor(Math.min(0.99, done) * job.total)
}
