import { globSync, readFileSync } from 'node:fs'
import { parse } from 'smol-toml'

/** A Flow trigger that the app's extensions define. */
export interface TriggerDefinition {
  readonly handle: string
  readonly name: string
  readonly fields: readonly { readonly key: string; readonly type: string }[]
}

interface ExtensionToml {
  readonly extensions: readonly { readonly type: string; readonly handle: string; readonly name: string }[]
  readonly settings?: { readonly fields?: readonly { readonly type: string; readonly key?: string }[] }
}

const folder = new URL('../../../../extensions/', import.meta.url).pathname

const tomls = globSync('*/shopify.extension.toml', { cwd: folder }).map(
  (name) => parse(readFileSync(`${folder}${name}`, 'utf8')) as unknown as ExtensionToml,
)

export const triggerDefinitions: readonly TriggerDefinition[] = tomls.flatMap(({ extensions, settings }) =>
  extensions
    .filter(({ type }) => type === 'flow_trigger')
    .map(({ handle, name }) => ({ handle, name, fields: (settings?.fields ?? []).map(fieldOf) })),
)

/** A reference has no key of its own: the payload names the thing by its number. */
function fieldOf({ type, key }: { type: string; key?: string }): { key: string; type: string } {
  return { type, key: key ?? type.replace(/_reference$/, '_id') }
}
