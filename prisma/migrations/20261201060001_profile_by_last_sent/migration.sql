-- The list of customers in sync, by when each was last sent.
CREATE INDEX CONCURRENTLY "profile_by_last_sent" ON "profile" ("shop", (coalesce("synced_at", '-infinity'::timestamptz)), "customer_id")
  WHERE "state" = 'synced';
