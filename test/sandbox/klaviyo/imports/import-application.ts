import type { RefusalBook } from '../account/refusal-book.ts'
import type { IdMaker } from '../id-maker.ts'
import type { ListBook } from '../lists/list-book.ts'
import { identityOf } from '../profiles/profile-identity.ts'
import type { ProfileRecord, SentProfile } from '../profiles/profile-record.ts'
import { isOversized } from '../profiles/profile-size.ts'
import type { ProfileStore } from '../profiles/profile-store.ts'
import { writeProfile } from '../profiles/profile-upsert.ts'
import { isImportErrorSentinel } from '../sentinels.ts'
import type { ImportError, ImportJob, JobFate } from './import-job.ts'

export interface ImportGround {
  readonly store: ProfileStore
  readonly lists: ListBook
  readonly ids: IdMaker
  readonly refusals: RefusalBook
}

type Reason = Pick<ImportError, 'code' | 'title' | 'detail'>

// None of these was ever published; kinds as in public write-ups of Klaviyo's bulk guide, words after its synchronous errors.
const reasons = {
  no_identifier: reason(
    'invalid',
    'Invalid input.',
    'A profile needs an email, a phone_number, an external_id or an id.',
  ),
  unknown_id: reason('not_found', 'Not found.', 'No profile with this id exists.'),
  conflict: reason('duplicate_profile', 'Conflict.', 'A profile already exists with one of these identifiers.'),
  repeated: reason('duplicate_profile', 'Conflict.', 'Another profile of this job has one of these identifiers.'),
  oversized: reason('invalid', 'Invalid input.', 'The profile exceeds the maximum allowed size of 100KB.'),
  sentinel: reason('invalid', 'Invalid input.', 'This profile cannot be processed.'),
} as const

/** Writes what a job carries and notes what came of each profile. */
export function applyImport(ground: ImportGround, job: ImportJob, at: number): void {
  const written = new Set<ProfileRecord>()
  const errors: ImportError[] = []
  job.payload.forEach((sent, index) => {
    if (index < job.fate.dropped) return
    const outcome = importOne(ground, sent, { job, at, written })
    if ('code' in outcome) {
      errors.push(errorOf(ground.ids, sent, { ...outcome, index, at, fate: job.fate }))
      ground.refusals.noteProfile(sent, { code: outcome.code, pointer: '' })
    } else written.add(outcome)
  })
  for (const listId of job.listIds) for (const profile of written) ground.lists.join(listId, profile, at)
  job.profileIds = Array.from(written, (profile) => profile.id)
  job.errors = errors
  job.completed = written.size
  job.failed = errors.length
  job.payload = []
}

interface Surroundings {
  readonly job: ImportJob
  readonly at: number
  readonly written: ReadonlySet<ProfileRecord>
}

/** The profile that was written, or why none was. */
function importOne(
  { store }: ImportGround,
  sent: SentProfile,
  { job, at, written }: Surroundings,
): ProfileRecord | Reason {
  const { email } = sent.attributes
  if (typeof email === 'string' && isDoomed(email, job.fate)) return reasons.sentinel
  if (isOversized(sent)) return reasons.oversized
  const identity = identityOf(store, sent)
  if (identity.kind === 'no_identifier') return reasons.no_identifier
  if (identity.kind === 'unknown_id') return reasons.unknown_id
  if (identity.kind === 'conflict') return reasons.conflict
  const profile = identity.kind === 'known' ? identity.profile : store.create(at, 'app')
  // "duplicates within or across jobs may be dropped during the upsert": the first one of a job wins here.
  if (written.has(profile)) return reasons.repeated
  writeProfile(store, profile, sent, { nulls: 'ignore', at, by: 'app' })
  return profile
}

function isDoomed(email: string, fate: JobFate): boolean {
  return isImportErrorSentinel(email) || (fate.failing.size > 0 && fate.failing.has(email.toLowerCase()))
}

interface Failure extends Reason {
  readonly index: number
  readonly at: number
  readonly fate: JobFate
}

function errorOf(ids: IdMaker, sent: SentProfile, { code, title, detail, index, at, fate }: Failure): ImportError {
  const id = typeof sent.id === 'string' ? { id: sent.id } : {}
  const originalPayload = fate.echoesPayload ? echoOf({ ...id, ...sent.attributes }, fate.echo) : null
  return { id: ids.ulid(at), code, title, detail, pointer: `/data/attributes/profiles/data/${index}`, originalPayload }
}

/** Klaviyo need not echo just what it was sent: keys are added, values null, and the order is its own. */
function echoOf(sent: Readonly<Record<string, unknown>>, echo: JobFate['echo']): Readonly<Record<string, unknown>> {
  switch (echo) {
    case 'keys':
      return { ...sent, anonymous_id: null, title: null }
    case 'order':
      return Object.fromEntries(Object.entries(sent).toReversed())
    case 'identifiers':
      return { email: sent.email ?? null }
    default:
      return sent
  }
}

function reason(code: string, title: string, detail: string): Reason {
  return { code, title, detail }
}
