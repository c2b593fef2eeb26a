-- The list of customers in sync, without the many that are not.
CREATE INDEX CONCURRENTLY "profile_in_sync" ON "profile" ("shop", "customer_id") WHERE "state" = 'synced';
