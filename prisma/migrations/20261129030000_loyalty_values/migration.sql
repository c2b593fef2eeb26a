-- Any mapped loyalty value can be recorded, so the values are stored by their meaning. Two times are computed from them.
ALTER TABLE "loyalty_value"
  ADD COLUMN "delivered" JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN "tier_since" TIMESTAMPTZ(3),
  ADD COLUMN "changed_at" TIMESTAMPTZ(3),
  ADD COLUMN "sent" JSONB,
  ADD COLUMN "sent_tier_since" TIMESTAMPTZ(3),
  ADD COLUMN "sent_changed_at" TIMESTAMPTZ(3);
