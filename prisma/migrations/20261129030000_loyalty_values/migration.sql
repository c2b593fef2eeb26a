-- Any mapped loyalty value can be recorded, so the values are stored by their meaning. Two times are computed from them.
ALTER TABLE "loyalty_value"
  ADD COLUMN "delivered" JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN "tier_since" TIMESTAMPTZ(3),
  ADD COLUMN "changed_at" TIMESTAMPTZ(3),
  ADD COLUMN "sent" JSONB,
  ADD COLUMN "sent_tier_since" TIMESTAMPTZ(3),
  ADD COLUMN "sent_changed_at" TIMESTAMPTZ(3);
-- A null in what was delivered stood for no value and for one that is not known; in what is on its way, for no value.
UPDATE "loyalty_value" SET
  "delivered" = jsonb_strip_nulls(jsonb_build_object('points', "points", 'tier', "tier")),
  "sent" = CASE WHEN "request" IS NOT NULL THEN jsonb_build_object('points', "sent_points", 'tier', "sent_tier") END;
ALTER TABLE "loyalty_value" DROP COLUMN "points", DROP COLUMN "tier", DROP COLUMN "sent_points", DROP COLUMN "sent_tier";
