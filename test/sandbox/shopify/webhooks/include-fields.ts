import { readFileSync } from 'node:fs'

const toml = readFileSync(new URL('../../../../shopify.app.toml', import.meta.url), 'utf8')

/** The `include_fields` of each topic that shopify.app.toml subscribes with some. */
const fieldsOf = new Map(
  toml.split(/^\s*\[\[/m).flatMap((block) => {
    const listed = (name: string) => new RegExp(`^\\s*${name} = \\[([^\\]]*)\\]`, 'm').exec(block)?.[1]
    const texts = (list: string) => [...list.matchAll(/"([^"]+)"/g)].map((found) => found[1]!)
    const fields = listed('include_fields')
    if (fields === undefined) return []
    return texts(listed('topics') ?? '').map((topic) => [topic, texts(fields)] as const)
  }),
)

/** As Shopify cuts a body down to what was subscribed for; whole where nothing was said. Of a nested field, what holds it stays. */
export function cutByIncludeFields(topic: string, payload: object): object {
  const fields = fieldsOf.get(topic)
  if (!fields) return payload
  const kept = new Set(fields.map((field) => field.split('.')[0]))
  return Object.fromEntries(Object.entries(payload).filter(([name]) => kept.has(name)))
}
