import type { Answer, Call, Handler, Handlers } from '../exchange/call.ts'
import { dataOf, listAt } from '../exchange/data.ts'
import { answerOne, answerPage } from '../exchange/documents.ts'
import { invalid, notFound, Refusal } from '../exchange/errors.ts'
import { relationLinks, resourceLink } from '../exchange/links.ts'
import { PAGE_OF_PROFILES, pageOf } from '../exchange/page.ts'
import { sparseAttributes } from '../exchange/sparse-fields.ts'
import { isoInstant } from '../instant.ts'
import { type JsonObject, valueAt } from '../json.ts'
import type { ProfileRecord } from '../profiles/profile-record.ts'
import { isValidEmail } from '../profiles/profile-validation.ts'
import { suppressed, unsuppressed } from './subscriptions.ts'
import type { SuppressionJob, SuppressionKind } from './suppression-desk.ts'

export const suppressionHandlers = {
  bulk_suppress_profiles: submit('create'),
  get_bulk_suppress_profiles_jobs: listJobs('create'),
  get_bulk_suppress_profiles_job: getJob('create'),
  bulk_unsuppress_profiles: submit('delete'),
  get_bulk_unsuppress_profiles_jobs: listJobs('delete'),
  get_bulk_unsuppress_profiles_job: getJob('delete'),
} satisfies Handlers

// "Email address per request limit: 100"
const MAX_ADDRESSES = 100
const PROFILES = '/data/attributes/profiles/data'

function submit(kind: SuppressionKind): Handler {
  return (call) => {
    const profiles = profilesMeant(call, dataOf(call, typeOf(kind)))
    const { suppressions, ids } = call.account.parts
    const job = suppressions.open(kind, ids.ulid(call.now), call.now)
    call.account.later((at) => run(job, profiles, at))
    return { ...answerOne(call, jobDocument(call, job), 202), profiles: profiles.length }
  }
}

function listJobs(kind: SuppressionKind): Handler {
  return (call) => {
    const page = pageOf(call, call.account.parts.suppressions.all(kind), (job) => job.id, PAGE_OF_PROFILES)
    return answerPage(page, (job) => jobDocument(call, job))
  }
}

function getJob(kind: SuppressionKind): Handler {
  return (call): Answer => {
    const job = call.account.parts.suppressions.all(kind).find(({ id }) => id === call.params.job_id)
    if (job === undefined) throw new Refusal([notFound('Invalid job id')])
    return answerOne(call, jobDocument(call, job))
  }
}

/** Addresses, or one list, or one segment: exactly one of them. Addresses that are nobody's come out undefined. */
function profilesMeant({ account }: Call, data: JsonObject): readonly (ProfileRecord | undefined)[] {
  const addresses = valueAt(data, 'attributes', 'profiles', 'data')
  const listId = valueAt(data, 'relationships', 'list', 'data', 'id')
  const segmentId = valueAt(data, 'relationships', 'segment', 'data', 'id')
  if ([addresses, listId, segmentId].filter((given) => given !== undefined).length !== 1) {
    throw new Refusal([invalid('Exactly one of profiles, list or segment is required.', '/data')])
  }
  if (addresses !== undefined) return addressesIn(data).map((email) => account.profileByEmail(email))
  const list = account.lists.find(({ id }) => id === listId)
  return Array.from(list?.members.keys() ?? [], (id) => account.profileById(id))
}

function addressesIn(data: JsonObject): readonly string[] {
  const profiles = listAt(data, 'attributes', 'profiles', 'data')
  if (profiles.length > MAX_ADDRESSES) {
    throw new Refusal([invalid(`At most ${MAX_ADDRESSES} email addresses are accepted per request.`, PROFILES)])
  }
  return profiles.map((profile, index) => {
    const email = valueAt(profile, 'attributes', 'email')
    if (typeof email === 'string' && isValidEmail(email)) return email
    throw new Refusal([invalid('Invalid email address', `${PROFILES}/${index}/attributes/email`)])
  })
}

function run(job: SuppressionJob, profiles: readonly (ProfileRecord | undefined)[], at: number): void {
  const now = isoInstant(at)
  job.total = profiles.length
  job.completedAt = at
  for (const profile of profiles) {
    const before = profile?.subscriptions
    if (profile === undefined || before === undefined) {
      job.skipped += 1
      continue
    }
    profile.subscriptions = job.kind === 'create' ? suppressed(before, now) : unsuppressed(before)
    job.completed += 1
  }
}

function jobDocument(call: Call, job: SuppressionJob): JsonObject {
  const type = typeOf(job.kind)
  const path = `/api/${type}s/${job.id}`
  // Recorded: it says `processing` at once, never `queued`.
  const attributes = {
    status: job.completedAt === null ? 'processing' : 'complete',
    created_at: isoInstant(job.createdAt),
    total_count: job.total,
    completed_count: job.completed,
    completed_at: job.completedAt === null ? null : isoInstant(job.completedAt),
    skipped_count: job.skipped,
  }
  return {
    type,
    id: job.id,
    attributes: sparseAttributes(call, type, attributes),
    relationships: {
      lists: { links: relationLinks(call, path, 'lists') },
      segments: { links: relationLinks(call, path, 'segments') },
    },
    links: resourceLink(call, path),
  }
}

function typeOf(kind: SuppressionKind): string {
  return `profile-suppression-bulk-${kind}-job`
}
