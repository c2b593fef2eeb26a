-- Merges become requests in the outbox that hold both customers.
INSERT INTO "outbox" ("shop", "id", "kind", "subject", "payload", "holds", "remote_id", "state", "not_before", "created_at")
SELECT "shop", gen_random_uuid(), 'merge', "gone_id"::text, jsonb_build_object('keptId', "kept_id"::text, 'tries', "attempt"),
  ARRAY["gone_id", "kept_id"], "source_id", CASE WHEN "settled_at" IS NULL THEN 'written' ELSE 'sent' END, "not_before", "not_before"
FROM "customer_merge";
DROP TABLE "customer_merge";
