import { type Named, tagText, typedTag } from '#app/core/profile/rules.ts'

// Rules while they are chosen: each change is another choice.

/** What was typed, with the tags that a comma ends taken out of it. */
export interface Typed {
  readonly tags: readonly string[]
  readonly rest: string
  /** Something that was ended can be no tag. */
  readonly isFaulty: boolean
}

/** A tag ends with a comma, of which none can be in a tag; `isEnded` ends the last one, too. */
export function typedTags(text: string, isEnded: boolean): Typed {
  const parts = text.split(/[,\n\r\t]+/)
  const ended = (isEnded ? parts : parts.slice(0, -1)).filter((part) => part.trim() !== '')
  const tags = ended.flatMap((part) => typedTag(part) ?? [])
  const isFaulty = tags.length < ended.length
  if (isFaulty) return { tags: [], rest: text, isFaulty }
  return { tags, rest: isEnded ? '' : (parts.at(-1) ?? ''), isFaulty }
}

/** With tags added that are not there yet, in whatever case. */
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
