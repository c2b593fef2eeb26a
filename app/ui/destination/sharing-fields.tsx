import { BlockStack, ChoiceList, TextField } from '@shopify/polaris'
import type { Sharing } from '#app/core/profile/sharing.ts'
import { isValidSharing } from '#app/core/profile/sharing.ts'
import { sharingCopy } from '../copy/sharing.ts'
import { Heading } from '../heading.tsx'

interface SharingFieldsProps {
  readonly sharing: Sharing
  /** The prefix that is offered when one is first wanted. */
  readonly freePrefix: string
  readonly disabled: boolean
  readonly onChange: (sharing: Sharing) => void
}

const kinds = ['prefixed', 'following', 'plain'] as const

/** What the shop writes beside other shops in the same Klaviyo account. */
export function SharingFields({ sharing, freePrefix, disabled, onChange }: SharingFieldsProps) {
  const prefix = sharing.kind === 'plain' ? freePrefix : sharing.prefix
  const withKind = (kind: Sharing['kind']): Sharing => (kind === 'plain' ? { kind } : { kind, prefix })
  return (
    <BlockStack gap="200">
      <ChoiceList
        title={<Heading words={sharingCopy.title} />}
        disabled={disabled}
        choices={kinds.map((kind) => ({
          value: kind,
          label: sharingCopy.choices[kind].label,
          helpText: sharingCopy.choices[kind].help,
        }))}
        selected={[sharing.kind]}
        onChange={([chosen]) => onChange(withKind(kinds.find((kind) => kind === chosen) ?? sharing.kind))}
      />
      {sharing.kind !== 'plain' && (
        <TextField
          label={sharingCopy.prefix}
          helpText={sharingCopy.prefixHelp(sharing)}
          autoComplete="off"
          spellCheck={false}
          value={prefix}
          disabled={disabled}
          error={!isValidSharing(sharing) && sharingCopy.prefixFault}
          onChange={(typed) => onChange({ kind: sharing.kind, prefix: typed })}
        />
      )}
    </BlockStack>
  )
}
