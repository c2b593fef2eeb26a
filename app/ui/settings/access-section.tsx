import { Button, Card } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { pages } from '../pages.ts'
import { Annotated } from './annotated.tsx'

export function AccessSection() {
  const { t } = useTranslation()
  return (
    <Annotated title={t('pages.access')} about={t('access.about')}>
      <Card padding={{ xs: '400', sm: '500' }}>
        <Button url={pages.access}>{t('access.open')}</Button>
      </Card>
    </Annotated>
  )
}
