// Klaviyo accepts 5 MB and does not say which kind of MB, so this stays below either.
// https://developers.klaviyo.com/en/docs/use_klaviyos_bulk_profile_import_api
export const MAX_IMPORT_BYTES = 4_600_000
export const MAX_IMPORT_PROFILES = 10_000

/** Fewer profiles than this are sent one by one: Klaviyo asks that imports are not used for few profiles. */
export const MIN_IMPORT_PROFILES = 51

/**
 * Divides a sequence into batches that each fit one import of at most `most` items: by bytes first, then by count. Keeps the order and
 * every item.
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
