import { expect, test } from 'vitest'
import { operationOf } from '#app/klaviyo/operation-of.ts'

test.each([
  ['/api/profiles?filter=equals(email,"ada@example.com")', 'GET /api/profiles'],
  ['/api/profiles/01HZ3ABCDEFGHJKMNPQRSTVWXY', 'GET /api/profiles/:id'],
  ['/api/lists/AbCdEf/relationships/profiles', 'GET /api/lists/:id/relationships/profiles'],
  [
    '/api/profile-bulk-import-jobs/am9iLmlk/import-errors?page[size]=100',
    'GET /api/profile-bulk-import-jobs/:id/import-errors',
  ],
  ['/api/ada%40example.com', 'GET /api/:id'],
])('%s is %s, without an id or a value', (path, operation) => {
  expect(operationOf({ method: 'GET', path })).toBe(operation)
})
