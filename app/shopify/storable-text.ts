import { z } from 'zod'

/** Text without what neither a database nor a message can carry: NUL, and half of a surrogate pair. */
export const storableText = z.string().transform((text) => text.toWellFormed().replaceAll('\0', ''))
