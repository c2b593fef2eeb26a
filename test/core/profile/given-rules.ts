import { defaultRules, type Rules } from '#app/core/profile/rules.ts'

/** The default rules, except for what differs. */
export function givenRules(differs: Partial<Rules> = {}): Rules {
  return { ...defaultRules, ...differs }
}

export const wanting = (...anyOf: string[]): Partial<Rules> => ({ tags: { anyOf, noneOf: [] } })
export const leavingOut = (...noneOf: string[]): Partial<Rules> => ({ tags: { anyOf: [], noneOf } })

export const segment = (number: number, name = `Segment ${number}`) => ({ id: `gid://shopify/Segment/${number}`, name })
export const company = (number: number, name = `Company ${number}`) => ({ id: `gid://shopify/Company/${number}`, name })

export const contacts = (differs: Partial<Rules['companies']> = {}): Partial<Rules> => ({
  companies: { who: 'only_contacts', companies: [], roles: [], ...differs },
})
