import { execute, sql } from '../database.ts'
import { dropInTransaction } from './drop-by-shop.ts'

/** Drops read-backs that ended before an instant, and are not the last that finished, with what they found different. */
export const dropReadBacks = dropInTransaction(
  ({ before, limit }) => sql`
    select distinct t.shop from read_back t where t.ended_at < ${before} and (t.ended_as <> 'finished' or exists (
      select 1 from read_back n where n.shop = t.shop and n.ended_as = 'finished' and n.started_at > t.started_at)) limit ${limit}`,
  async (shop, { before, limit }, on) => {
    await execute(
      sql`
      delete from read_back_field f where f.shop = ${shop} and exists (select 1 from read_back t
        where t.shop = ${shop} and t.id = f.read_back and t.ended_at < ${before} and (t.ended_as <> 'finished' or exists (
          select 1 from read_back n where n.shop = ${shop} and n.ended_as = 'finished' and n.started_at > t.started_at)))`,
      on,
    )
    return execute(
      sql`
      delete from read_back where shop = ${shop} and ctid = any (array(
        select t.ctid from read_back t where t.shop = ${shop} and t.ended_at < ${before} and (t.ended_as <> 'finished' or exists (
          select 1 from read_back n where n.shop = ${shop} and n.ended_as = 'finished' and n.started_at > t.started_at)) limit ${limit} for update of t skip locked))`,
      on,
    )
  },
)
