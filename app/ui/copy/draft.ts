/** The copy of every page with a save bar. */
export const draftCopy = {
  save: 'Save',
  discard: 'Discard',
  /** `inForce` describes the settings that were saved on the other page, in one sentence; empty if that is not possible. */
  stale: (inForce: string) =>
    `Someone changed the settings on another page. Your changes were not saved. They are still shown below. ${inForce && `Current settings: ${inForce} `}Save again to replace the current settings, or discard your changes.`,
} as const
