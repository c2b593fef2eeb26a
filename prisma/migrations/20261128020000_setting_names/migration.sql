-- Names of the settings as merchants read them, and plain words. Nothing is copied: each statement changes the catalogue, or a few rows.
ALTER TABLE "shop" RENAME COLUMN "rules" TO "audience";
ALTER TABLE "shop" RENAME COLUMN "delivery" TO "destination";
ALTER TABLE "sync_run" RENAME COLUMN "gathered" TO "rows_written";
ALTER TABLE "topic_heard" RENAME TO "webhook_topic";
ALTER TABLE "webhook_topic" RENAME COLUMN "heard_at" TO "received_at";
ALTER TABLE "webhook_topic" RENAME CONSTRAINT "topic_heard_pkey" TO "webhook_topic_pkey";

-- Why a run waits: Shopify writes the file.
UPDATE "sync_run" SET "waits_for" = 'shopify_preparing' WHERE "waits_for" = 'shopify_gathering';
