import type { ChannelKind } from '#app/core/alert/channel.ts'
import { listOf } from '../language/list-of.ts'
import type { ShopNow } from '../time/shop-clock.tsx'

/** Where alerts are sent, in one sentence. */
export function alertsSummary(
  { t, language }: Pick<ShopNow, 't' | 'language'>,
  toldBy: readonly ChannelKind[],
): string {
  if (toldBy.length === 0) return t('alerts.none')
  return t('alerts.told', {
    channels: listOf(
      toldBy.map((kind) => t(`alerts.kinds.${kind}`)),
      language,
    ),
  })
}
