import { z } from 'zod'
import { customerNumber } from '#app/core/ids.ts'

const MOST_NUMBERS = 100

/** A field with customer numbers, separated by commas: at most a page of them, each once. */
export const customerNumbers = z
  .string()
  .min(1)
  .max(MOST_NUMBERS * 20)
  .transform((text): (string | number)[] => [...new Set(text.split(','))])
  .pipe(z.array(customerNumber).max(MOST_NUMBERS))
