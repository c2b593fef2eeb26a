export const conflictCopy = {
  own: 'Profile of this customer',
  other: 'Profile it conflicts with',
  openInKlaviyo: (klaviyoId: string) => `Open profile ${klaviyoId} in Klaviyo, in a new tab`,
} as const
