import type { MessageContent, WeekAlert } from '#app/core/alert/message.ts'
import { pages, runPage } from '../pages.ts'
import type { ShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'
import { stallWords } from './runs.ts'

/** What a message says, in plain text. */
export interface MessageWords {
  /** What it is about, in a few words. */
  readonly title: string
  readonly paragraphs: readonly string[]
  /** The path of the page where the merchant sees more, or can do something about it. */
  readonly page: string
}

/** What a message says. `confirmUrl` is the link that confirms an address: it is in no other message. */
export function messageWords(now: ShopNow, content: MessageContent, confirmUrl: string | null): MessageWords {
  const { t } = now
  switch (content.kind) {
    case 'opened':
      return openedWords(now, content)
    case 'over': {
      const times = { since: timeOf(content.since, now), until: timeOf(content.overAt, now) }
      const title = t('alerts.over.title', { alert: t(`alerts.causes.${content.cause}.title`) })
      const body = content.why === 'off' ? t('alerts.over.off', times) : t('alerts.over.resolved', times)
      return { title, paragraphs: [body], page: pages.home }
    }
    case 'weekly':
      return weeklyWords(now, content)
    case 'test':
      return { title: t('alerts.testMessage.title'), paragraphs: [t('alerts.testMessage.body')], page: pages.alerts }
    case 'confirm': {
      const paragraphs = [t('alerts.confirmMessage.body'), confirmUrl ?? '', t('alerts.confirmMessage.ignore')]
      return { title: t('alerts.confirmMessage.title'), paragraphs, page: pages.alerts }
    }
  }
}

/** What stands around a message: the line by which a mailbox lists it, and, with a link, where to see more and whose times these are. */
export function envelopeWords(
  { t, timeZone }: ShopNow,
  { shop, title, link }: { shop: string; title: string; link: string | null },
): { subject: string; closing: readonly string[] } {
  return {
    subject: t('alerts.subject', { shop, title }),
    closing: link ? [t('alerts.seeMore', { link }), t('time.zone', { zone: timeZone.replaceAll('_', ' ') })] : [],
  }
}

function openedWords(
  now: ShopNow,
  { cause, since, detail }: Extract<MessageContent, { kind: 'opened' }>,
): MessageWords {
  const { t } = now
  const title = t(`alerts.causes.${cause}.title`)
  const time = timeOf(since, now)
  const { customers = 0, of = 0 } = detail
  switch (cause) {
    case 'klaviyo_refused': {
      const paragraphs = [t('alerts.causes.klaviyo_refused.body', { time }), t('alerts.causes.klaviyo_refused.todo')]
      return { title, paragraphs, page: pages.settings }
    }
    case 'stalled': {
      const stall = stallWords(now, { why: detail.stall ?? 'no_worker', since })
      return { title, paragraphs: [stall, t('alerts.causes.stalled.todo')], page: pages.home }
    }
    case 'many_issues': {
      const body = t('alerts.causes.many_issues.body', { customers, total: of })
      return { title, paragraphs: [body, t('alerts.causes.many_issues.todo')], page: pages.customers }
    }
    case 'run_failed': {
      const run = t(`runs.names.${detail.run ?? 'full'}`)
      const paragraphs = [t('alerts.causes.run_failed.body', { run, time }), t('alerts.causes.run_failed.todo')]
      return { title, paragraphs, page: detail.runId ? runPage(detail.runId) : pages.activity }
    }
    case 'run_held': {
      const run = t(`runs.names.${detail.run ?? 'full'}`)
      const body = t('alerts.causes.run_held.body', { run, time, customers, total: of })
      const page = detail.runId ? runPage(detail.runId) : pages.activity
      return { title, paragraphs: [body, t('alerts.causes.run_held.todo')], page }
    }
    case 'webhooks_silent': {
      const body = t('alerts.causes.webhooks_silent.body', { customers, time })
      return { title, paragraphs: [body, t('alerts.causes.webhooks_silent.todo')], page: pages.activity }
    }
  }
}

function weeklyWords(now: ShopNow, week: Extract<MessageContent, { kind: 'weekly' }>): MessageWords {
  const { t } = now
  const figures = [
    t('alerts.week.synced', { profiles: week.synced }),
    t('alerts.week.issues', { customers: week.issues, total: week.customers }),
  ]
  const alerts = week.alerts.length === 0 ? [t('alerts.week.quiet')] : week.alerts.map((alert) => weekAlert(now, alert))
  return { title: t('alerts.week.title'), paragraphs: [...figures, ...alerts], page: pages.home }
}

function weekAlert(now: ShopNow, { cause, since, overAt }: WeekAlert): string {
  const alert = now.t(`alerts.causes.${cause}.title`)
  const began = timeOf(since, now)
  return overAt === null
    ? now.t('alerts.week.open', { alert, since: began })
    : now.t('alerts.week.over', { alert, since: began, until: timeOf(overAt, now) })
}

function timeOf(at: string, now: ShopNow): string {
  return shopTime(new Date(at), now)
}
