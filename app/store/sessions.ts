import type { Session } from '@shopify/shopify-api'
import type { SessionStorage } from '@shopify/shopify-app-session-storage'
import { PrismaSessionStorage } from '@shopify/shopify-app-session-storage-prisma'
import type { ShopDomain } from '#app/core/ids.ts'
import { execute, prisma, sql } from './database.ts'
import { seal, unseal } from './sealing.ts'

const placeOf = (session: Session) => `Session ${session.id}`

/** Shopify's own session storage, with the tokens sealed before they are stored. Opened at first use, when the store is. */
export class SealedSessionStorage implements SessionStorage {
  #inner: PrismaSessionStorage<typeof prisma> | undefined

  get #storage() {
    this.#inner ??= new PrismaSessionStorage(prisma)
    return this.#inner
  }

  async storeSession(session: Session): Promise<boolean> {
    return this.#storage.storeSession(withTokens(session, (token) => seal(token, placeOf(session))))
  }

  async loadSession(id: string): Promise<Session | undefined> {
    const session = await this.#storage.loadSession(id)
    return session && withTokens(session, (token) => unseal(token, placeOf(session)))
  }

  async deleteSession(id: string): Promise<boolean> {
    return this.#storage.deleteSession(id)
  }

  async deleteSessions(ids: string[]): Promise<boolean> {
    return this.#storage.deleteSessions(ids)
  }

  async findSessionsByShop(shop: string): Promise<Session[]> {
    const sessions = await this.#storage.findSessionsByShop(shop)
    return sessions.map((session) => withTokens(session, (token) => unseal(token, placeOf(session))))
  }
}

/** Drops every session of a shop, so that no token of its is left. */
export async function deleteSessions(shop: ShopDomain): Promise<void> {
  await execute(sql`delete from "Session" where shop = ${shop}`)
}

function withTokens(session: Session, change: (token: string) => string): Session {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(session)) as Session, session)
  if (session.accessToken) copy.accessToken = change(session.accessToken)
  if (session.refreshToken) copy.refreshToken = change(session.refreshToken)
  return copy
}
