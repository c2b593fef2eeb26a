// npm run db:rows: writes the types of rows anew after schema.prisma was changed.
import { writeFileSync } from 'node:fs'
import { rowTypes } from './row-types.ts'

writeFileSync(new URL('../app/store/generated/rows.ts', import.meta.url), rowTypes())
