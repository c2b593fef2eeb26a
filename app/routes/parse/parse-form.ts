import { z } from 'zod'

/** The version of a page, as a form sends it back. */
export const version = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)

export const minutesAsMs = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform((minutes) => Number(minutes) * 60_000)

/** A field that contains JSON of this shape. */
export function jsonOf<Carried>(shape: z.ZodType<Carried>): z.ZodType<Carried> {
  return z
    .string()
    .max(1_000_000)
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue({ code: 'custom', message: 'not JSON' })
        return z.NEVER
      }
    })
    .pipe(shape)
}

/** Parses a form. Throws a 400 response for one that none of our pages sends. */
export async function parseForm<Asked>(request: Request, schema: z.ZodType<Asked>): Promise<Asked> {
  return parseFields(await formOf(request), schema)
}

/** Parses the fields of a form. Throws a 400 response for ones that none of our pages sends. */
export function parseFields<Asked>(fields: Record<string, unknown>, schema: z.ZodType<Asked>): Asked {
  const asked = schema.safeParse(fields)
  if (!asked.success) throw new Response(null, { status: 400 })
  return asked.data
}

/** Returns the fields of a form. Throws a 400 response if the request carries none. */
export async function formOf(request: Request): Promise<Record<string, unknown>> {
  try {
    return Object.fromEntries(await request.formData())
  } catch (error) {
    throw error instanceof TypeError ? new Response(null, { status: 400 }) : error
  }
}
