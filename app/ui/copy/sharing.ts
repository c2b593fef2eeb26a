import { type Sharing, sentName } from '#app/core/profile/sharing.ts'

export const sharingCopy = {
  title: 'Other shops in this Klaviyo account',
  /** At connecting, before anything is sent. */
  ask: (accountName: string) =>
    `Another shop already syncs to ${accountName}. A customer of both shops has one profile there, so choose what this shop writes.`,
  about:
    'Another shop syncs to the same Klaviyo account. A customer of both shops has one profile there, so choose what this shop writes.',
  choices: {
    prefixed: {
      label: 'Keep this shop’s properties apart',
      help: 'Each property gets a prefix, so points and tiers of the shops never replace each other. Name, phone number and address come from the shop that synced last.',
    },
    following: {
      label: 'Let the other shop lead',
      help: 'This shop writes only its own properties, with a prefix. Name, phone number, address, language and external ID are never changed by this shop.',
    },
    plain: {
      label: 'Write everything, as if this shop were alone',
      help: 'Choose this only if the shops have no customers in common: otherwise points and tiers come from the shop that synced last.',
    },
  },
  prefix: 'Prefix',
  prefixHelp: (sharing: Sharing) => `For example, ${sentName(sharing, 'Loyalty Tier')}.`,
  prefixFault: 'Enter a prefix of 1 to 40 characters that does not begin with a dollar sign.',
  taken: 'Another shop in this Klaviyo account uses this prefix. Choose another one.',
  connect: 'Connect with this choice',
  stays:
    'Properties that this shop wrote under other names stay in Klaviyo as they are, because another shop may write them by now.',
} as const
