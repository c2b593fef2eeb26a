/** Shopify's global ids, `gid://shopify/Customer/123`. The number stays text: it passes 2^53. */
export function gidOf(type: string, id: string): string {
  return `gid://shopify/${type}/${id}`
}

export interface GlobalId {
  readonly type: string
  readonly id: string
}

/** Null for what is not a global id. */
export function parseGid(gid: string): GlobalId | null {
  const [, type, id] = /^gid:\/\/shopify\/(\w+)\/(\d+)$/.exec(gid) ?? []
  return type && id ? { type, id } : null
}

/** Numeric text or global ids of one type, by number: shorter is smaller. */
export function compareIds(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length
  return one < other ? -1 : one > other ? 1 : 0
}
