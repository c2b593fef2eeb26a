-- Imports are requests like the others; those in flight go on where they were.
ALTER TABLE "outbox" ADD COLUMN "customers" BIGINT[], ADD COLUMN "synced_before" TIMESTAMPTZ(3)[];
INSERT INTO "outbox" ("shop", "id", "kind", "subject", "payload", "customers", "synced_before", "remote_id", "state", "not_before", "created_at")
SELECT "shop", "id", CASE WHEN "run" IS NULL THEN 'import' ELSE 'run_import' END, "id"::text,
  jsonb_build_object('run', "run", 'profiles', "profiles", 'created', "created", 'awaitsIds', "awaits_ids", 'suspect', "suspect"),
  "customers", "synced_before", "klaviyo_job", CASE WHEN "klaviyo_job" IS NULL THEN 'written' ELSE 'sent' END, "next_check_at", "submitted_at"
FROM "import_job";
DROP TABLE "import_job";
ALTER TABLE "loyalty_value" RENAME COLUMN "import_job" TO "request";
