import { readBackTakesMs } from '#app/core/flow/read-back.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { LOCATION, PROPERTY } from '#app/core/profile/field-names.ts'
import type { OpenReadBack, ReadBackField, ReadBacks } from '#app/core/report/read-back-report.ts'
import { type Connection, findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { listProfileCounts } from '#app/store/profile-counts.ts'
import { type DifferingField, listDifferingFields } from '#app/store/read-back-fields.ts'
import { listReadBacks, type ReadBack } from '#app/store/read-backs.ts'
import { findShop, type Shop } from '#app/store/shops.ts'

const SHOWN = 8

/** What reading profiles back has shown lately, and whether all of them can be read back now. */
export async function loadReadBacks(shop: ShopDomain, now: Date): Promise<ReadBacks> {
  const [readBacks, counts, known, connection] = await Promise.all([
    listReadBacks(shop, SHOWN),
    listProfileCounts(shop),
    findShop(shop),
    findConnection(shop, autocommit),
  ])
  const fields = await listDifferingFields(
    shop,
    readBacks.map(({ id }) => id),
  )
  const fieldsOf = (id: string) => fields.filter(({ readBack }) => readBack === id).map(toField)
  const open = readBacks.find(({ endedAt }) => endedAt === null) ?? null
  const profiles = counts.reduce((sum, { state, profiles }) => sum + (state === 'synced' ? profiles : 0), 0)
  const canStart = open === null && profiles > 0 && waitOf(null, known, connection) === null && !known?.startAt
  return {
    open: open && {
      ...reportOf(open, fieldsOf(open.id)),
      ...progressOf(open, now),
      waits: waitOf(open, known, connection),
    },
    ended: readBacks.flatMap((one) =>
      one.endedAt && one.end
        ? { ...reportOf(one, fieldsOf(one.id)), endedAt: one.endedAt.toISOString(), end: one.end }
        : [],
    ),
    all: canStart ? { profiles, takesMs: readBackTakesMs(profiles) } : null,
    isNightly: known?.syncing.nightlyReconcile ?? false,
  }
}

function reportOf(readBack: ReadBack, fields: readonly ReadBackField[]) {
  const { id, trigger, scope, startedAt, counts } = readBack
  const { asSent, differing, missing, skipped, repaired } = counts
  const compared = asSent + differing + missing
  return { id, trigger, scope, startedAt: startedAt.toISOString(), compared, asSent, skipped, repaired, fields }
}

function progressOf(
  { expected, counts, startedAt }: ReadBack,
  now: Date,
): Pick<OpenReadBack, 'expected' | 'remainingMs'> {
  const done = counts.asSent + counts.differing + counts.missing + counts.skipped
  const left = Math.max(0, expected - done)
  const tookMs = now.getTime() - startedAt.getTime()
  return { expected, remainingMs: done === 0 ? null : Math.round((tookMs / done) * left) }
}

function waitOf(open: ReadBack | null, known: Shop | null, connection: Connection | null): OpenReadBack['waits'] {
  if (!connection || connection.refusedAt) return 'refused'
  if (known?.status !== 'on') return 'off'
  return open?.waitsFor ?? null
}

function toField({ field, customers, repaired, contested, examples }: DifferingField): ReadBackField {
  const name = field === '' ? null : field.startsWith(PROPERTY) ? field.slice(PROPERTY.length) : field
  return {
    name: name?.startsWith(LOCATION) ? name.slice(LOCATION.length) : name,
    customers,
    repaired,
    contested,
    examples,
  }
}
