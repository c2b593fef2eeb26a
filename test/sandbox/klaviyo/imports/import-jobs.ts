import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { dataOf, idsOf, listAt } from '../exchange/data.ts'
import { answerCompound, answerOne, answerPage } from '../exchange/documents.ts'
import { invalid, notFound, notServed, Refusal } from '../exchange/errors.ts'
import { parseFilter } from '../exchange/filter.ts'
import { PAGE_OF_PROFILES, pageOf } from '../exchange/page.ts'
import { includesOf } from '../exchange/sparse-fields.ts'
import { valueAt } from '../json.ts'
import { listDocument } from '../lists/list-document.ts'
import { mindedField } from '../profiles/minded-field.ts'
import type { SentProfile } from '../profiles/profile-record.ts'
import { asSentProfile, faultInProfile } from '../profiles/profile-validation.ts'
import { importJobDocument } from './import-document.ts'
import { type ImportJob, PLAIN_FATE } from './import-job.ts'
import { fateOf } from './job-fate.ts'

export const importJobHandlers = {
  bulk_import_profiles: submitImport,
  get_bulk_import_profiles_jobs: listImports,
  get_bulk_import_profiles_job: getImport,
} satisfies Handlers

// "Accepts up to 10,000 profiles per request." (bulk_import_profiles)
const MAX_PROFILES_PER_JOB = 10_000
const PROFILES = '/data/attributes/profiles/data'

/** Checked as a whole: one malformed profile, and nothing is imported and no job made. */
function submitImport(call: Call): Answer {
  const data = dataOf(call, 'profile-bulk-import-job')
  const payload = wellFormedProfiles(call, listAt(data, 'attributes', 'profiles', 'data'))
  const listIds = knownListIds(call, valueAt(data, 'relationships', 'lists', 'data'))
  const fate = fateOf(call)
  const job = call.account.parts.imports.submit({ accountId: call.account.id, payload, listIds, fate, now: call.now })
  return { ...answerOne(call, importJobDocument(call, job), 202), profiles: job.total }
}

function wellFormedProfiles(call: Call, profiles: readonly unknown[]): readonly SentProfile[] {
  if (profiles.length === 0) throw new Refusal([invalid('At least one profile is required.', PROFILES)])
  if (profiles.length > MAX_PROFILES_PER_JOB) {
    throw new Refusal([invalid(`At most ${MAX_PROFILES_PER_JOB} profiles are accepted per request.`, PROFILES)])
  }
  const errors = profiles.flatMap((profile, index) => {
    const fault = faultInProfile(profile, 'import') ?? mindedField(call, profile)
    return fault === null ? [] : [invalid(fault.detail, `${PROFILES}/${index}${fault.path}`)]
  })
  if (errors.length > 0) throw new Refusal(errors)
  return profiles.map(asSentProfile)
}

function knownListIds(call: Call, lists: unknown): readonly string[] {
  const ids = Array.isArray(lists) ? idsOf(lists) : []
  const unknown = ids.filter((id) => call.account.parts.lists.find(id) === undefined)
  if (unknown.length > 0) throw new Refusal([invalid(`Invalid list IDs: ${unknown.join(', ')}`, '/data/')])
  return ids
}

function listImports(call: Call): Answer {
  const conditions = parseFilter(call.query.get('filter'), ['status'])
  const found = call.account.jobs().filter((job) => conditions.every(({ values }) => values.includes(job.status)))
  const others = call.faults.strike(['othersImports'], { operation: call.operation, account: call.account.id })
  const shown = others ? [...found, someoneElses(call, others.spec.ageMs)] : found
  const page = pageOf(call, inOrder(call, shown), (job) => job.id, PAGE_OF_PROFILES)
  return answerPage(page, (job) => importJobDocument(call, job))
}

/** An import of another integration: there is always one. */
function someoneElses({ now }: Call, ageMs: number): ImportJob {
  const times = {
    createdAt: now - ageMs,
    startsAt: now - ageMs,
    startedAt: now - ageMs,
    dueAt: now + ageMs,
    completedAt: null,
  }
  const counts = { total: 60, completed: 0, failed: 0 }
  const rest = { listIds: [], fate: PLAIN_FATE, payload: [], profileIds: [], errors: [] }
  return { id: 'c29tZW9uZSBlbHNl', status: 'processing', ...times, ...counts, ...rest }
}

function getImport(call: Call): Answer {
  const included = includesOf(call, ['lists'])
  const job = importInPath(call)
  const data = importJobDocument(call, job)
  if (included.length === 0) return answerOne(call, data)
  const lists = call.account.lists.filter((list) => job.listIds.includes(list.id))
  return answerCompound(
    call,
    data,
    lists.map((list) => listDocument(call, list)),
  )
}

export function importInPath(call: Call): ImportJob {
  const job = call.account.parts.imports.find(call.params.job_id ?? call.params.id ?? '', call.now)
  if (job === undefined) throw new Refusal([notFound('Invalid job id')])
  return job
}

function inOrder(call: Call, jobs: readonly ImportJob[]): readonly ImportJob[] {
  const sort = call.query.get('sort') ?? 'created_at'
  if (sort === 'created_at') return jobs
  if (sort === '-created_at') return jobs.toReversed()
  throw new Refusal([notServed(`sort=${sort} of import jobs`)])
}
