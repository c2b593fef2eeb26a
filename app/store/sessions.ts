import type { Session } from '@shopify/shopify-api'
import type { SessionStorage } from '@shopify/shopify-app-session-storage'
import { PrismaSessionStorage } from '@shopify/shopify-app-session-storage-prisma'
import type { ShopDomain } from '#app/core/ids.ts'
import { log } from '#app/telemetry/log.ts'
import { databaseNow } from './clock.ts'
import { autocommit, execute, prisma, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import { seal, unseal } from './sealing.ts'

export const placeOf = ({ id }: Pick<Session, 'id'>) => `Session ${id}`

/** Offline tokens live for an hour. https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens */
const TOKEN_LIFE_MS = 60 * 60_000

/**
 * Shopify's own session storage, with the tokens sealed before they are stored. The Prisma storage is opened at first use, when the store
 * is open. Every offline token expires: one that Shopify sent without an expiry gets the usual lifetime, and one that was stored without an
 * expiry counts as expired.
 */
export class SealedSessionStorage implements SessionStorage {
  #inner: PrismaSessionStorage<typeof prisma> | undefined

  get #storage() {
    this.#inner ??= new PrismaSessionStorage(prisma)
    return this.#inner
  }

  async storeSession(session: Session): Promise<boolean> {
    const sealed = withTokens(session, (token) => seal(token, placeOf(session)))
    if (!sealed.isOnline) sealed.expires ??= new Date(databaseNow().getTime() + TOKEN_LIFE_MS)
    return this.#storage.storeSession(sealed)
  }

  async loadSession(id: string): Promise<Session | undefined> {
    const session = await this.#storage.loadSession(id)
    if (!session) return undefined
    const open = opened(session)
    if (open && !open.isOnline) open.expires ??= new Date(0)
    return open
  }

  /** Marks a token as expired because Shopify refuses it. Does nothing if another token has replaced it. */
  async expireToken(shop: ShopDomain, token: string): Promise<void> {
    const id = `offline_${shop}`
    const [row] = await rowsOf<Pick<rows.session, 'accessToken'>>(
      sql`select "accessToken" from "Session" where shop = ${shop} and id = ${id}`,
      autocommit,
    )
    if (!row || unsealed(row.accessToken, { id, shop }) !== token) return
    await execute(
      sql`update "Session" set expires = to_timestamp(0) where shop = ${shop} and id = ${id} and "accessToken" = ${row.accessToken}`,
      autocommit,
    )
  }

  async deleteSession(id: string): Promise<boolean> {
    return this.#storage.deleteSession(id)
  }

  async deleteSessions(ids: string[]): Promise<boolean> {
    return this.#storage.deleteSessions(ids)
  }

  async findSessionsByShop(shop: string): Promise<Session[]> {
    const sessions = await this.#storage.findSessionsByShop(shop)
    return sessions.flatMap((session) => opened(session) ?? [])
  }
}

/** Returns the session with its tokens in the open; undefined if no key opens them. */
function opened(session: Session): Session | undefined {
  let isWhole = true
  const open = withTokens(session, (token) => {
    const found = unsealed(token, session)
    isWhole &&= found !== null
    return found ?? ''
  })
  return isWhole ? open : undefined
}

/** Returns a token in the open. Null if no key opens it: such a session is as good as none, and Shopify gives another. */
function unsealed(token: string, session: Pick<Session, 'id' | 'shop'>): string | null {
  try {
    return unseal(token, placeOf(session))
  } catch {
    log('session_unreadable', { shop: session.shop })
    return null
  }
}

/** Deletes every session of a shop, and with them its tokens. */
export async function deleteSessions(shop: ShopDomain): Promise<void> {
  await execute(sql`delete from "Session" where shop = ${shop}`, autocommit)
}

function withTokens(session: Session, change: (token: string) => string): Session {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(session)) as Session, session)
  if (session.accessToken) copy.accessToken = change(session.accessToken)
  if (session.refreshToken) copy.refreshToken = change(session.refreshToken)
  return copy
}
