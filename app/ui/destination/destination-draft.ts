import { type Destination, MAX_NEW_PROFILES } from '#app/core/settings/destination.ts'

/** The choice while it is edited. */
export interface DestinationDraft {
  readonly list: Destination['list']
  readonly existing: Destination['existing']
  readonly limited: boolean
  /** As typed. */
  readonly mostNew: string
}

export function destinationDraftOf({ list, existing, mostNew }: Destination): DestinationDraft {
  return { list, existing, limited: mostNew !== null, mostNew: mostNew === null ? '' : String(mostNew) }
}

/** The choice as it would be saved; null while the limit is not a valid number. */
export function chosenDestination({ list, existing, limited, mostNew }: DestinationDraft): Destination | null {
  if (!limited) return { list, existing, mostNew: null }
  const typed = mostNew.trim().replaceAll(',', '')
  const number = Number(typed)
  return /^\d+$/.test(typed) && number >= 1 && number <= MAX_NEW_PROFILES ? { list, existing, mostNew: number } : null
}
