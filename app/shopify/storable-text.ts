import { z } from 'zod'
import { cleanText } from '#app/core/clean-text.ts'

/** Text without characters that neither a database nor a message can carry. */
export const storableText = z.string().transform(cleanText)
