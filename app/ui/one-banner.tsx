import { Button } from '@shopify/polaris'
import { Fragment, type ReactElement, useState } from 'react'
import { useTranslation } from 'react-i18next'

/**
 * One banner at a time: the first of those that have something to say, in the order of their urgency. Another follows when it is gone; all
 * are shown to a merchant who asks for them.
 */
export function OneBanner({ banners }: { banners: readonly (ReactElement | false | null | undefined | '')[] }) {
  const { t } = useTranslation()
  const [all, setAll] = useState(false)
  const known = banners.map((banner, place) => ({ banner, place })).filter(({ banner }) => banner)
  if (known.length === 0) return null
  return (
    <>
      {(all ? known : known.slice(0, 1)).map(({ banner, place }) => (
        <Fragment key={place}>{banner}</Fragment>
      ))}
      {known.length > 1 && (
        <div>
          <Button variant="plain" disclosure={all ? 'up' : 'down'} onClick={() => setAll(!all)}>
            {all ? t('banners.fewer') : t('banners.more', { others: known.length - 1 })}
          </Button>
        </div>
      )}
    </>
  )
}
