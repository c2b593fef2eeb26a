-- Erasures become requests in the outbox. What stays of an erased customer is the tombstone, without identifiers.
INSERT INTO "outbox" ("shop", "id", "kind", "subject", "account_id", "payload", "attempt", "not_before", "created_at")
SELECT "shop", gen_random_uuid(), 'erase', "customer_id"::text, "account_id", jsonb_build_object('sealed', "sealed_identifier"),
  "attempt", "not_before", "erased_at"
FROM "tombstone" WHERE "sealed_identifier" IS NOT NULL;

DROP INDEX "tombstone_unasked";
DROP INDEX "tombstone_identifier";
ALTER TABLE "tombstone" DROP COLUMN "sealed_identifier",
DROP COLUMN "account_id",
DROP COLUMN "attempt",
DROP COLUMN "not_before";
