import { appToml } from './app-toml.ts'

/** The `include_fields` of each topic that shopify.app.toml subscribes with some. */
const fieldsOf = new Map(
  appToml.webhooks.subscriptions.flatMap(({ topics = [], include_fields }) =>
    include_fields ? topics.map((topic) => [topic, include_fields] as const) : [],
  ),
)

/** As Shopify cuts a body down to what was subscribed for; whole where nothing was said. Of a nested field, what holds it stays. */
export function cutByIncludeFields(topic: string, payload: object): object {
  const fields = fieldsOf.get(topic)
  if (!fields) return payload
  const kept = new Set(fields.map((field) => field.split('.')[0]))
  return Object.fromEntries(Object.entries(payload).filter(([name]) => kept.has(name)))
}
