import { Banner, List } from '@shopify/polaris'
import { writersOf } from '#app/core/loyalty/foreign-names.ts'
import { writtenByOthersCopy } from '../copy/mapping.ts'

/** Properties that profiles had before Lockstep wrote to them: another app may write them, too. */
export function WrittenByOthersBanner({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null
  return (
    <Banner tone="warning" title={writtenByOthersCopy.title(names.length)}>
      <p>{writtenByOthersCopy.body}</p>
      <List>
        {names.map((name) => (
          <List.Item key={name}>{writtenByOthersCopy.line(name, writersOf(name))}</List.Item>
        ))}
      </List>
    </Banner>
  )
}
