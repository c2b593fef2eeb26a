import { Banner, List } from '@shopify/polaris'
import { writersOf } from '#app/core/loyalty/foreign-names.ts'
import { writtenByOthersLine } from '../copy/mapping.ts'
import { useShopNow } from '../time/shop-clock.tsx'

/** Properties that profiles had before Lockstep wrote to them: another app may write them, too. */
export function WrittenByOthersBanner({ names }: { names: readonly string[] }) {
  const now = useShopNow()
  if (names.length === 0) return null
  return (
    <Banner tone="warning" title={now.t('mapping.writtenByOthers.title', { properties: names.length })}>
      <p>{now.t('mapping.writtenByOthers.body')}</p>
      <List>
        {names.map((name) => (
          <List.Item key={name}>{writtenByOthersLine(now, name, writersOf(name))}</List.Item>
        ))}
      </List>
    </Banner>
  )
}
