-- The order in which profiles are read back: as good as random, so that any part of it is a sample (app/store/read-backs.ts).
CREATE INDEX CONCURRENTLY "profile_by_draw" ON "profile" ("shop", (hashint8("customer_id")), "customer_id") WHERE "state" = 'synced';
