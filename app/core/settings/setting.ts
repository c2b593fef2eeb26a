/** What must be known of one choice of a merchant's to save it, and to find out what saving it starts. */
export interface Setting<Choice> {
  /** For a merchant who never chose. */
  readonly initial: Choice
  /** Whether a choice of this shape may be saved. */
  readonly isValid: (choice: Choice) => boolean
  /** Whether all customers must be compared once `next` has replaced `before`: what Klaviyo has may differ from what it should have. */
  readonly needsComparison: (before: Choice, next: Choice) => boolean
}
