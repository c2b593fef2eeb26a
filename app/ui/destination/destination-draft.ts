import { type DeliveryChoice, MAX_NEW_PROFILES } from '#app/core/flow/delivery-choice.ts'

/** The choice while it is edited. */
export interface DestinationDraft {
  readonly list: DeliveryChoice['list']
  readonly existing: DeliveryChoice['existing']
  readonly limited: boolean
  /** As typed. */
  readonly mostNew: string
}

export function deliveryDraftOf({ list, existing, mostNew }: DeliveryChoice): DestinationDraft {
  return { list, existing, limited: mostNew !== null, mostNew: mostNew === null ? '' : String(mostNew) }
}

/** The choice as it would be saved; null while the limit is not a valid number. */
export function chosenDelivery({ list, existing, limited, mostNew }: DestinationDraft): DeliveryChoice | null {
  if (!limited) return { list, existing, mostNew: null }
  const typed = mostNew.trim().replaceAll(',', '')
  const number = Number(typed)
  return /^\d+$/.test(typed) && number >= 1 && number <= MAX_NEW_PROFILES ? { list, existing, mostNew: number } : null
}

export function isSameDelivery(one: DeliveryChoice, other: DeliveryChoice): boolean {
  return one.list?.id === other.list?.id && one.existing === other.existing && one.mostNew === other.mostNew
}
