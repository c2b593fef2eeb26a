// Klaviyo takes 5 MB and does not say which MB, so we stay well below either.
// https://developers.klaviyo.com/en/docs/use_klaviyos_bulk_profile_import_api
export const MAX_IMPORT_BYTES = 4_600_000
export const MAX_IMPORT_PROFILES = 10_000

/** A request with fewer profiles than this goes one by one: Klaviyo asks not to use imports for a few. */
export const FEWEST_FOR_IMPORT = 51

/**
 * Cuts a sequence into batches that fit one import, of at most `most`: by bytes first, then by count. Order is kept, nothing is left
 * out.
 */
export function importBatches<Item extends { readonly bytes: number }>(
  items: readonly Item[],
  most = MAX_IMPORT_PROFILES,
): Item[][] {
  const batches: Item[][] = []
  let batch: Item[] = []
  let bytes = 0
  for (const item of items) {
    const full = bytes + item.bytes > MAX_IMPORT_BYTES || batch.length === most
    if (full && batch.length > 0) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push(item)
    bytes += item.bytes
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
