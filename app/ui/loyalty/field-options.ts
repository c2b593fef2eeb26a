import { type MappedMetafield, type MetafieldKey, metafieldName } from '#app/core/profile/mapped-fields.ts'
import { loyaltyCopy } from '../copy/loyalty.ts'

/** Metafields that can hold points or a tier: those that are sent, except lists, and the chosen one even if it is not sent. */
export function fieldOptions(
  sent: readonly MappedMetafield[],
  chosen: MetafieldKey | null,
): { label: string; value: string }[] {
  const names = sent.filter(({ type }) => !type.startsWith('list.')).map(metafieldName)
  if (chosen && !names.includes(metafieldName(chosen))) names.push(metafieldName(chosen))
  return [{ label: loyaltyCopy.none, value: '' }, ...names.map((name) => ({ label: name, value: name }))]
}

/** The metafield of an option; null for none. */
export function keyOf(
  name: string,
  sent: readonly MappedMetafield[],
  chosen: MetafieldKey | null,
): MetafieldKey | null {
  const found = [...sent, ...(chosen ? [chosen] : [])].find((metafield) => metafieldName(metafield) === name)
  return found ? { namespace: found.namespace, key: found.key } : null
}
