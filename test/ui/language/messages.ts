import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'

/** The messages of a catalogue by key: `card.title`. */
export function messagesOf(catalogue: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(catalogue).flatMap(([key, value]) =>
      typeof value === 'string' ? [[path + key, value] as const] : [...messagesOf(value, `${path}${key}.`)],
    ),
  )
}

/**
 * The names of a message's parameters, for each choice between words (select) its cases, and for each plural the numbers that have words of
 * their own (`=0`). Throws for a message that is no ICU message.
 */
export function parametersOf(message: string): string[] {
  const names = elementsOf(message).flatMap((element) => {
    if (element.type === TYPE.literal || element.type === TYPE.pound || element.type === TYPE.tag) return []
    if (element.type !== TYPE.select && element.type !== TYPE.plural) return [element.value]
    const cases = Object.keys(element.options).filter((name) => element.type === TYPE.select || name.startsWith('='))
    return [[element.value, ...cases.sort()].join(' ')]
  })
  return [...new Set(names)].sort()
}

/** For each plural in a message the categories that it has words for. */
export function pluralCategoriesOf(message: string): string[][] {
  return elementsOf(message).flatMap((element) =>
    element.type === TYPE.plural && element.pluralType === 'cardinal' ? [Object.keys(element.options)] : [],
  )
}

/** All elements of a message, those within plurals and choices included. */
function elementsOf(message: string): MessageFormatElement[] {
  const within = (elements: MessageFormatElement[]): MessageFormatElement[] =>
    elements.flatMap((element) => [
      element,
      ...(element.type === TYPE.select || element.type === TYPE.plural
        ? Object.values(element.options).flatMap(({ value }) => within(value))
        : []),
    ])
  return within(parse(message, { ignoreTag: true }))
}
