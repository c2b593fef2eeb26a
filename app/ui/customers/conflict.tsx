import { BlockStack, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { IdentityConflict } from '#app/core/report/unsynced-customers.ts'
import { profileInKlaviyo } from '../pages.ts'

/** Links to the two profiles. */
export function Conflict({ conflict }: { conflict: IdentityConflict }) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="150">
      <ProfileLine label={t('conflict.own')} klaviyoId={conflict.own} />
      <ProfileLine label={t('conflict.other')} klaviyoId={conflict.other} />
    </BlockStack>
  )
}

function ProfileLine({ label, klaviyoId }: { label: string; klaviyoId: string | null }) {
  const { t } = useTranslation()
  if (klaviyoId === null) return null
  return (
    <Text as="p">
      {label}{' '}
      <Link
        url={profileInKlaviyo(klaviyoId)}
        target="_blank"
        accessibilityLabel={t('conflict.openInKlaviyo', { profile: klaviyoId })}
      >
        <span className="ls-break">{klaviyoId}</span>
      </Link>
    </Text>
  )
}
