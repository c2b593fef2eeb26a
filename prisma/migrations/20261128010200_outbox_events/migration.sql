-- Events become requests in the outbox, under the ids by which Klaviyo knows them. A customer's are sent in the order of created_at.
INSERT INTO "outbox" ("shop", "id", "kind", "subject", "payload", "attempt", "not_before", "created_at")
SELECT "shop", "id", 'event', "customer_id"::text,
  jsonb_build_object('metric', "metric", 'oldValue', "old_value", 'newValue', "new_value", 'backfill', "backfill"),
  "attempt", "not_before",
  max("at") OVER earlier + interval '1 microsecond' * (row_number() OVER earlier - 1)
FROM "loyalty_event"
WINDOW earlier AS (PARTITION BY "shop", "customer_id" ORDER BY "seq");
DROP TABLE "loyalty_event";
