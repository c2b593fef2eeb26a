import { expect, test, vi } from 'vitest'
import { wakeShops } from '#app/queue/sync-queue.ts'
import { expectLaw } from '#test/support/law.ts'
import { givenOAuthShop } from '#test/support/oauth.ts'
import { useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { givenWorker, letTimePass, untilAtRest } from './given-worker.ts'

const sandbox = useSandbox()

test('a worker that is killed while it renews a token leaves the next one free to do so, no token is in its log, and nothing is lost', {
  timeout: 120_000,
}, async () => {
  const { oauth } = sandbox.klaviyo
  const given = await givenOAuthShop(sandbox, (shop) =>
    shop.customers.createMany(20, (i) => ({ email: `customer-${i}@example.com` })),
  )
  oauth.rotation = 'rotating'
  oauth.expireAccess(given.accountId)
  oauth.fail({ kind: 'hang' })
  const before = oauth.requests.length
  const said: string[] = []
  const first = await givenWorker(sandbox, {}, (line) => said.push(line))
  const [ada] = given.shop.customers.all()
  await tell(given.domain, given.shop.customers.update(ada!.id, { firstName: 'Grace' }))
  await wakeShops([given.domain])
  await vi.waitUntil(() => oauth.requests.length > before, { timeout: 30_000 })

  await first.stop('SIGKILL')
  await letTimePass(sandbox, given)
  await givenWorker(sandbox, {}, (line) => said.push(line))
  await untilAtRest(sandbox, given)

  expect(oauth.requests.slice(before).map(({ status }) => status)).toEqual([null, 200])
  await expectLaw(sandbox, given)
  expect(said.join('\n')).toContain('token_renewed')
  expect(said.join('\n')).not.toMatch(/kl_(at|rt)_|test-client-secret/)
})
