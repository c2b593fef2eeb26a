import { Text } from '@shopify/polaris'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { CustomersStepProps } from './customers-choices.tsx'

// It comes with what it shows, so that the first page's script is the shorter.
const CustomersChoices = lazy(async () => ({ default: (await import('./customers-choices.tsx')).CustomersChoices }))

/** Which customers are synced, once that is known. */
export function CustomersStep(props: CustomersStepProps) {
  const { t } = useTranslation()
  const part = props.actions.parts.customers
  const loading = <Text as="p">{t('guide.loading')}</Text>
  if (part === null) return loading
  return (
    <Suspense fallback={loading}>
      <CustomersChoices {...props} part={part} />
    </Suspense>
  )
}
