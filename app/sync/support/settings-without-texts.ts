import { heldIn } from '#app/core/loyalty/held-sources.ts'
import { presets } from '#app/core/loyalty/presets.ts'
import { computedFields, optionalAttributes, standardFields } from '#app/core/profile/mapped-fields.ts'
import { type MappedValue, sourceName } from '#app/core/profile/mapped-values.ts'
import type { SupportBundle } from '#app/core/support/support-bundle.ts'
import type { Shop } from '#app/store/shops.ts'

type Settings = SupportBundle['settings']

/** A shop's choices without anything that a merchant typed or that has a name: only what can be chosen from, and how much of it. */
export function settingsWithoutTexts(shop: Shop): Settings {
  const { destination, loyalty, syncing } = shop
  return {
    audience: audienceOf(shop),
    mapping: mappingOf(shop),
    destination: {
      list: destination.list !== null,
      existing: destination.existing,
      mostNew: destination.mostNew,
      sharing: destination.sharing.kind,
    },
    loyalty: { on: loyalty.choice.on, recorded: [...loyalty.choice.recorded], dropped: shop.loyaltyDropped },
    syncing: {
      syncDelayMs: syncing.syncDelayMs,
      nightlyReconcile: syncing.nightlyReconcile,
      hourlyCheck: syncing.hourlyCheck,
      holdAbovePercent: syncing.holdAbovePercent,
    },
  }
}

function audienceOf({ audience, segmentsGone }: Shop): Settings['audience'] {
  const { tags, accountStates, consent, countries, segments, companies, leaving } = audience
  return {
    tagsWanted: tags.anyOf.length,
    tagsUnwanted: tags.noneOf.length,
    accountStates: [...accountStates],
    consent,
    countries: countries.filter((country) => /^[A-Z]{2}$/.test(country)),
    segments: segments.length,
    segmentsGone: segmentsGone.length,
    companies: companies.who,
    companiesNamed: companies.companies.length,
    rolesNamed: companies.roles.length,
    leaving,
  }
}

function mappingOf({ mapping: { mapping, forgotten, changedAt }, heldSources }: Shop): Settings['mapping'] {
  const held = new Set(heldIn(mapping, heldSources).map(({ source }) => source))
  return {
    attributes: picked(optionalAttributes, (name) => mapping.attributes[name]),
    standard: picked(standardFields, (name) => mapping.standard[name].on),
    computed: picked(computedFields, (name) => mapping.computed[name].on),
    values: mapping.values.map((value) => ({
      on: value.on,
      source: value.source.kind,
      app: appOf(value),
      partOfJson: value.source.kind === 'metafield' && value.source.path.length > 0,
      as: value.reading.as,
      meaning: value.meaning,
      renamedValues: value.reading.names.length,
      held: held.has(sourceName(value.source)),
    })),
    clears: mapping.clears,
    forgottenFields: forgotten.length,
    changedAt: changedAt?.toISOString() ?? null,
  }
}

function picked<Name extends string>(names: readonly Name[], isOn: (name: Name) => boolean): Record<Name, boolean> {
  return Object.fromEntries(names.map((name) => [name, isOn(name)])) as Record<Name, boolean>
}

/** The known loyalty app that documents this metafield: its name is no secret, while one that a merchant made may be anything. */
function appOf({ source }: MappedValue): Settings['mapping']['values'][number]['app'] {
  if (source.kind !== 'metafield') return null
  const isAt = (spot: { kind: string; namespace?: string; key?: string }) =>
    spot.kind === 'metafield' &&
    spot.key === source.key &&
    (source.namespace === spot.namespace || source.namespace.endsWith(`--${spot.namespace}`))
  return presets.find(({ places }) => places.some(({ at }) => at.some(isAt)))?.id ?? null
}
