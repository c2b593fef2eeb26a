import { readFile } from 'node:fs/promises'
import { parse } from 'smol-toml'
import { z } from 'zod'

const subscription = z.object({
  topics: z.array(z.string()).default([]),
  compliance_topics: z.array(z.string()).default([]),
  uri: z.string(),
})

/** The parts of shopify.app.toml that the doctor compares. */
const appFile = z.object({
  client_id: z.string(),
  application_url: z.string(),
  access_scopes: z.object({ scopes: z.string() }),
  webhooks: z.object({ subscriptions: z.array(subscription) }),
  events: z.object({ subscription: z.array(z.object({ handle: z.string(), uri: z.string() })) }),
})

export type AppFile = z.infer<typeof appFile>

/** Returns shopify.app.toml of this checkout; null if there is none, as in an image. Throws if it cannot be read. */
export async function readAppFile(): Promise<AppFile | null> {
  const text = await readFile(new URL('../../../shopify.app.toml', import.meta.url), 'utf8').catch(() => null)
  return text === null ? null : appFile.parse(parse(text))
}
