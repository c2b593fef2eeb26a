import type { Sharing } from '#app/core/profile/sharing.ts'
import { isValidSharing } from '#app/core/profile/sharing.ts'
import { type Destination, MAX_NEW_PROFILES } from '#app/core/settings/destination.ts'

/** The choice while it is edited. */
export interface DestinationDraft {
  readonly list: Destination['list']
  readonly existing: Destination['existing']
  readonly limited: boolean
  /** As typed. */
  readonly mostNew: string
  readonly sharing: Sharing
}

export function destinationDraftOf({ list, existing, mostNew, sharing }: Destination): DestinationDraft {
  return { list, existing, limited: mostNew !== null, mostNew: mostNew === null ? '' : String(mostNew), sharing }
}

/** The choice as it would be saved; null while the limit is not a valid number, or the prefix is empty. */
export function chosenDestination({ list, existing, limited, mostNew, sharing }: DestinationDraft): Destination | null {
  if (!isValidSharing(sharing)) return null
  if (!limited) return { list, existing, mostNew: null, sharing }
  // Thousands are separated by a comma, a dot, a space or an apostrophe, depending on the language.
  const typed = mostNew.trim().replace(/(?<=\d)[.,'’\s](?=\d{3}(\D|$))/gu, '')
  const number = Number(typed)
  return /^\d+$/.test(typed) && number >= 1 && number <= MAX_NEW_PROFILES
    ? { list, existing, mostNew: number, sharing }
    : null
}
