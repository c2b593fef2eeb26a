import { BlockStack, ChoiceList, TextField } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { loyaltyNames } from '#app/core/loyalty/property-names.ts'
import { isValidSharing, type Sharing, sentName } from '#app/core/profile/sharing.ts'
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
  const { t } = useTranslation()
  const prefix = sharing.kind === 'plain' ? freePrefix : sharing.prefix
  const withKind = (kind: Sharing['kind']): Sharing => (kind === 'plain' ? { kind } : { kind, prefix })
  return (
    <BlockStack gap="200">
      <ChoiceList
        title={<Heading words={t('sharing.title')} />}
        disabled={disabled}
        choices={kinds.map((kind) => ({
          value: kind,
          label: t(`sharing.${kind}`),
          helpText: t(`sharing.${kind}Help`),
        }))}
        selected={[sharing.kind]}
        onChange={([chosen]) => onChange(withKind(kinds.find((kind) => kind === chosen) ?? sharing.kind))}
      />
      {sharing.kind !== 'plain' && (
        <TextField
          label={t('sharing.prefix')}
          helpText={t('sharing.prefixHelp', { property: sentName(sharing, loyaltyNames.tier) })}
          autoComplete="off"
          spellCheck={false}
          value={prefix}
          disabled={disabled}
          error={!isValidSharing(sharing) && t('sharing.prefixFault')}
          onChange={(typed) => onChange({ kind: sharing.kind, prefix: typed })}
        />
      )}
    </BlockStack>
  )
}
