import type { z } from 'zod'

/** What must be known of one choice of a merchant's to load it, to save it, and to find out what saving it starts. */
export interface Setting<Choice> {
  /** What a form submits and the shop's row holds. What a choice that was saved before may lack has a default here. */
  readonly shape: z.ZodType<Choice>
  /** For a merchant who never chose. */
  readonly initial: Choice
  /** Whether a choice of this shape may be saved. */
  readonly isValid: (choice: Choice) => boolean
  /** Whether all customers must be compared once `next` has replaced `before`: what Klaviyo has may differ from what it should have. */
  readonly needsComparison: (before: Choice, next: Choice) => boolean
}
