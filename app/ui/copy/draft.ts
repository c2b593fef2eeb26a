/** What every page says on which a choice is drafted and then saved. */
export const draftCopy = {
  save: 'Save',
  discard: 'Discard',
  /** `inForce` tells what somebody else saved, where one sentence can; else it is empty. */
  stale: (inForce: string) =>
    `Someone changed the settings on another page. Nothing of yours was saved, and nothing is lost: your choices are below. ${inForce && `In force now: ${inForce} `}Save again to replace that, or discard your choices.`,
} as const
