import { type Audience, defaultAudience } from '#app/core/settings/audience.ts'

/** The default rules, except for what differs. */
export function givenAudience(differs: Partial<Audience> = {}): Audience {
  return { ...defaultAudience, ...differs }
}

export const wanting = (...anyOf: string[]): Partial<Audience> => ({ tags: { anyOf, noneOf: [] } })
export const leavingOut = (...noneOf: string[]): Partial<Audience> => ({ tags: { anyOf: [], noneOf } })

export const segment = (number: number, name = `Segment ${number}`) => ({ id: `gid://shopify/Segment/${number}`, name })
export const company = (number: number, name = `Company ${number}`) => ({ id: `gid://shopify/Company/${number}`, name })

export const contacts = (differs: Partial<Audience['companies']> = {}): Partial<Audience> => ({
  companies: { who: 'only_contacts', companies: [], roles: [], ...differs },
})
