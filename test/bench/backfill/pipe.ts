// What a backfill costs that keeps nothing: a process that reads a bulk file, maps it by our own rules and posts the import
// bodies. The next chunk is read while the last is posted, one post at a time, as ours does it.
import { importBatches } from '#app/core/flow/import-batches.ts'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import { type Customer, isUnreadable } from '#app/core/profile/customer.ts'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import { mapCustomer } from '#app/core/profile/map-customer.ts'
import { defaultMapping, metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { submitImport } from '#app/klaviyo/import-jobs.ts'
import { readBulkFile } from '#app/shopify/bulk-file.ts'
import { hashOf } from '#app/sync/deliver/read-profile.ts'
import { answerCalls } from '../process/remote-calls.ts'

const CHUNK_BYTES = 5_000_000
const WRAPPING_BYTES = 80

export const calls = { pump, hash }
answerCalls(calls)

/** Posts what it reads. Returns how many profiles it posted. */
async function pump({ url, key }: { url: string; key: string }): Promise<number> {
  return handOver(url, (customers) => post(customers, key))
}

/** Hashes what it would send, and keeps nothing. Returns how many profiles it hashed. */
async function hash({ url }: { url: string }): Promise<number> {
  return handOver(url, async (customers) => {
    const hashes = customers.flatMap((customer) => canonicalOf(customer) ?? []).map(hashOf)
    return hashes.length
  })
}

async function handOver(url: string, take: (customers: Customer[]) => Promise<number>): Promise<number> {
  const signal = new AbortController().signal
  const metafields = metafieldsRead(defaultMapping)
  const chunks = readBulkFile(new URL(url), { from: 0, chunkBytes: CHUNK_BYTES, metafields, signal })
  let taken = 0
  for (let next = chunks.next(); ; ) {
    const read = await next
    if (read.done) return taken
    next = chunks.next()
    const customers = read.value.customers.flatMap(({ shown }) => (isUnreadable(shown) ? [] : shown))
    taken += await take(customers)
  }
}

async function post(customers: readonly Customer[], key: string): Promise<number> {
  const profiles = customers.flatMap((customer) => canonicalOf(customer) ?? [])
  const items = profiles.map((canonical) => ({ canonical, bytes: Buffer.byteLength(canonical) + WRAPPING_BYTES }))
  for (const batch of importBatches(items)) {
    const body = batch.map(({ canonical }) => ({ canonical, klaviyoId: null, fieldsToClear: null }))
    const outcome = await submitImport({ kind: 'key', key }, body)
    if (outcome.kind !== 'accepted') throw new Error(`The import was not taken: ${outcome.kind}`)
  }
  return profiles.length
}

function canonicalOf(customer: Customer): string | null {
  const email = emailAddressOf(customer.email)
  return email.kind === 'good' ? canonicalProfile(mapCustomer(customer, email.address, defaultMapping).profile) : null
}
