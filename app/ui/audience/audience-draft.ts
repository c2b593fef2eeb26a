import { type Named, parseTag, tagText } from '#app/core/settings/audience.ts'

// The rules while they are edited: each change returns new rules.

/** The typed text, split at commas into finished tags and the rest. */
export interface Typed {
  readonly tags: readonly string[]
  readonly rest: string
  /** One of the finished parts is not a valid tag. */
  readonly isFaulty: boolean
}

/** A comma ends a tag, as no tag can contain one; `isEnded` ends the last one, too. */
export function typedTags(text: string, isEnded: boolean): Typed {
  const parts = text.split(/[,\n\r\t]+/)
  const ended = (isEnded ? parts : parts.slice(0, -1)).filter((part) => part.trim() !== '')
  const tags = ended.flatMap((part) => parseTag(part) ?? [])
  const isFaulty = tags.length < ended.length
  if (isFaulty) return { tags: [], rest: text, isFaulty }
  return { tags, rest: isEnded ? '' : (parts.at(-1) ?? ''), isFaulty }
}

/** Adds the tags that are not in the list yet, ignoring case. */
export function withTags(tags: readonly string[], added: readonly string[]): string[] {
  const all = new Map(tags.map((tag) => [tagText(tag), tag]))
  for (const tag of added) if (!all.has(tagText(tag))) all.set(tagText(tag), tag)
  return [...all.values()]
}

export function toggled<Item>(chosen: readonly Item[], item: Item): Item[] {
  return chosen.includes(item) ? chosen.filter((one) => one !== item) : [...chosen, item]
}

export function toggledNamed(chosen: readonly Named[], item: Named): Named[] {
  return chosen.some(({ id }) => id === item.id) ? chosen.filter(({ id }) => id !== item.id) : [...chosen, item]
}

/** Those whose name holds all words of the search. */
export function foundBy(search: string, options: readonly Named[]): Named[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return options.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
}
