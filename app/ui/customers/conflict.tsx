import { BlockStack, Link, Text } from '@shopify/polaris'
import type { IdentityConflict } from '#app/core/report/unsynced-customers.ts'
import { conflictCopy } from '../copy/conflict.ts'
import { profileInKlaviyo } from '../pages.ts'

/** Links to the two profiles. */
export function Conflict({ conflict }: { conflict: IdentityConflict }) {
  return (
    <BlockStack gap="150">
      <ProfileLine label={conflictCopy.own} klaviyoId={conflict.own} />
      <ProfileLine label={conflictCopy.other} klaviyoId={conflict.other} />
    </BlockStack>
  )
}

function ProfileLine({ label, klaviyoId }: { label: string; klaviyoId: string | null }) {
  if (klaviyoId === null) return null
  return (
    <Text as="p">
      {label}{' '}
      <Link
        url={profileInKlaviyo(klaviyoId)}
        target="_blank"
        accessibilityLabel={conflictCopy.openInKlaviyo(klaviyoId)}
      >
        <span className="ls-break">{klaviyoId}</span>
      </Link>
    </Text>
  )
}
