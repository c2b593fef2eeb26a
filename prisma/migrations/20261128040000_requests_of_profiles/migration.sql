-- A profile's row says what was last sent, and by which request. While the request is open, the profile is in flight; when it has succeeded,
-- the row is right as it is. So the counts can no longer follow from the row alone: the transactions that write rows add to them.
DROP TRIGGER profile_inserted ON "profile";
DROP TRIGGER profile_updated ON "profile";
DROP TRIGGER profile_deleted ON "profile";
DROP FUNCTION count_inserted_profiles();
DROP FUNCTION count_updated_profiles();
DROP FUNCTION count_deleted_profiles();
DROP FUNCTION apply_profile_delta(profile_count[], synced_minute[]);

ALTER TABLE "profile" RENAME COLUMN "import_job" TO "request";
ALTER TABLE "import_job" ADD COLUMN "customers" BIGINT[] NOT NULL DEFAULT '{}';
ALTER TABLE "import_job" ADD COLUMN "synced_before" TIMESTAMPTZ(3)[];
ALTER TABLE "import_job" ADD COLUMN "awaits_ids" BOOLEAN NOT NULL DEFAULT true;

-- Imports in flight: their customers, and the profiles as they will be when the import has succeeded. These few are found by the index.
UPDATE "import_job" j SET "customers" = c.customers, "synced_before" = c.synced_before
FROM (SELECT shop, request, array_agg(customer_id ORDER BY customer_id) AS customers, array_agg(synced_at ORDER BY customer_id) AS synced_before
      FROM "profile" WHERE request IS NOT NULL GROUP BY shop, request) c
WHERE j.shop = c.shop AND j.id = c.request;

UPDATE "synced_minute" m SET "profiles" = m.profiles - p.profiles
FROM (SELECT shop, date_trunc('minute', synced_at) AS minute, count(*)::int AS profiles
      FROM "profile" WHERE request IS NOT NULL AND synced_at IS NOT NULL GROUP BY 1, 2) p
WHERE m.shop = p.shop AND m.minute = p.minute;
UPDATE "profile_count" c SET "profiles" = c.profiles - p.profiles, "ever_synced" = c.ever_synced - p.ever_synced
FROM (SELECT shop, count(*)::int AS profiles, count(synced_at)::int AS ever_synced FROM "profile" WHERE request IS NOT NULL GROUP BY shop) p
WHERE c.shop = p.shop AND c.state = 'pending' AND c.code = '';
INSERT INTO "profile_count" (shop, state, code, profiles, ever_synced)
SELECT shop, 'sending', request::text, count(*)::int, count(synced_at)::int FROM "profile" WHERE request IS NOT NULL GROUP BY shop, request;

UPDATE "profile" p SET "state" = 'synced', "code" = NULL, "words" = NULL, "conflicts_with" = NULL, "omitted" = NULL, "issue_since" = NULL,
  "hash" = p.sent_hash, "field_set" = p.sent_field_set, "synced_at" = j.submitted_at
FROM "import_job" j WHERE p.request IS NOT NULL AND j.shop = p.shop AND j.id = p.request;

DROP INDEX "profile_in_flight";
ALTER TABLE "profile" DROP COLUMN "sent_hash", DROP COLUMN "sent_field_set", DROP COLUMN "without_phone";
