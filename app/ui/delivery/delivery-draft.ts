import { type DeliveryChoice, MOST_NEW_PROFILES } from '#app/core/flow/delivery-choice.ts'

/** A choice while it is made. */
export interface DeliveryDraft {
  readonly list: DeliveryChoice['list']
  readonly existing: DeliveryChoice['existing']
  readonly limited: boolean
  /** As it was typed. */
  readonly mostNew: string
}

export function deliveryDraftOf({ list, existing, mostNew }: DeliveryChoice): DeliveryDraft {
  return { list, existing, limited: mostNew !== null, mostNew: mostNew === null ? '' : String(mostNew) }
}

/** The choice as it would be saved; null while the limit is no number that can be. */
export function chosenDelivery({ list, existing, limited, mostNew }: DeliveryDraft): DeliveryChoice | null {
  if (!limited) return { list, existing, mostNew: null }
  const typed = mostNew.trim().replaceAll(',', '')
  const number = Number(typed)
  return /^\d+$/.test(typed) && number >= 1 && number <= MOST_NEW_PROFILES ? { list, existing, mostNew: number } : null
}

export function isSameDelivery(one: DeliveryChoice, other: DeliveryChoice): boolean {
  return one.list?.id === other.list?.id && one.existing === other.existing && one.mostNew === other.mostNew
}
