import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { answerAll, answerPage } from '../exchange/documents.ts'
import { PAGE_OF_PROFILES, pageOf } from '../exchange/page.ts'
import { listDocument } from '../lists/list-document.ts'
import { profileDocument } from '../profiles/profile-document.ts'
import { shownNow } from '../profiles/profile-reads.ts'
import { importErrorDocument } from './import-document.ts'
import { importInPath } from './import-jobs.ts'

export const importResultHandlers = {
  get_errors_for_bulk_import_profiles_job: listErrors,
  get_profiles_for_bulk_import_profiles_job: listProfiles,
  get_profile_ids_for_bulk_import_profiles_job: listProfileIds,
  get_list_for_bulk_import_profiles_job: listLists,
  get_list_ids_for_bulk_import_profiles_job: listListIds,
} satisfies Handlers

function listErrors(call: Call): Answer {
  const page = pageOf(call, importInPath(call).errors, (error) => error.id, PAGE_OF_PROFILES)
  return answerPage(page, (error) => importErrorDocument(call, error))
}

/** Those that came out of the job and still are: a profile deleted since is left out. */
function listProfiles(call: Call): Answer {
  const page = pageOf(call, importInPath(call).profileIds, (id) => id, PAGE_OF_PROFILES)
  const found = page.entries.map((id) => call.account.profileById(id)).filter((profile) => profile !== undefined)
  const profiles = shownNow(call, found)
  return answerPage({ ...page, entries: profiles }, (profile) => profileDocument(call, profile))
}

function listProfileIds(call: Call): Answer {
  const page = pageOf(call, importInPath(call).profileIds, (id) => id, PAGE_OF_PROFILES)
  return answerPage(page, (id) => ({ type: 'profile', id }))
}

function listLists(call: Call): Answer {
  const { listIds } = importInPath(call)
  const lists = call.account.lists.filter(({ id }) => listIds.includes(id))
  return answerAll(
    call,
    lists.map((list) => listDocument(call, list)),
  )
}

function listListIds(call: Call): Answer {
  const { listIds } = importInPath(call)
  return answerAll(
    call,
    listIds.map((id) => ({ type: 'list', id })),
  )
}
