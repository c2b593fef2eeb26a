import { expect, test } from 'vitest'
import { reasonCodes } from '#app/core/issue/reason-code.ts'
import { codesOf, listTabs, retryCodesOf, tabOf, unsyncedReasons } from '#app/core/report/unsynced-customers.ts'

test('every reason has a list, and every list is in a tab', () => {
  const listed = new Set(unsyncedReasons.flatMap((reason) => codesOf(reason) ?? []))
  expect([...listed].sort()).toEqual([...reasonCodes].sort())
  for (const reason of unsyncedReasons) expect(listTabs).toContain(tabOf(reason))
  expect(unsyncedReasons).toHaveLength(new Set(unsyncedReasons).size)
})

test('each reason is in one tab', () => {
  const tabs = ['left_out', 'no_email', 'invalid_email', 'other'] as const
  for (const code of reasonCodes) expect(tabs.filter((tab) => codesOf(tab)?.includes(code))).toEqual([tabOf(code)])
})

test('a list in which customers wait by the merchant’s own choice is not retried as a whole', () => {
  const retried = unsyncedReasons.filter((reason) => retryCodesOf(reason) !== null)
  expect(retried).not.toEqual(expect.arrayContaining(['limit']))
  for (const reason of ['in_sync', 'waiting', 'left_out', 'future_only', 'limit', 'run', 'resolved'] as const)
    expect(retried).not.toContain(reason)
  for (const reason of retried) expect(retryCodesOf(reason)).not.toContain('limit')
})
