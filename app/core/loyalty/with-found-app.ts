import type { Mapping } from '../profile/mapped-fields.ts'
import type { FoundApp, SeenField } from '../report/loyalty-look.ts'

export function withFoundApp(mapping: Mapping, app: FoundApp, _fields: readonly SeenField[] | null = null): Mapping {
  const meanings = app.rows.map(({ meaning }) => meaning)
  return { ...mapping, values: [...mapping.values.filter(({ meaning }) => !meanings.includes(meaning)), ...app.rows] }
}
