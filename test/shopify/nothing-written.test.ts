import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const app = new URL('../../app', import.meta.url).pathname

/** The root fields of every mutation that the app's source can send to Shopify. */
function mutationsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .flatMap((path) => [
      ...readFileSync(join(folder, path), 'utf8').matchAll(/^\s*mutation\s+\w+[^{]*\{\s*(?:\w+:\s*)?(\w+)/gm),
    ])
    .map(([, field]) => field!)
}

// Growave, for one, rewards customers whose metafields change.
test('nothing is ever written to a customer in Shopify: the only mutations start and cancel reads, ask for events, and start workflows', () => {
  expect(mutationsIn(app).sort()).toEqual([
    'bulkOperationCancel',
    'bulkOperationRunQuery',
    'eventSubscriptionsSet',
    'flowTriggerReceive',
  ])
})
