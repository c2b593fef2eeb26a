-- A merchant may connect Klaviyo and choose first: until "start_at", or until Start is pressed, nothing is sent. "guide" is what the setup
-- guide on the home page remembers; shops that were filled before there was one do not see it.
ALTER TABLE "shop" ADD COLUMN "start_at" TIMESTAMPTZ(3), ADD COLUMN "guide" JSONB NOT NULL DEFAULT '{}';
UPDATE "shop" SET "guide" = '{"hidden": true}' WHERE "filled_at" IS NOT NULL;
-- The condition must equal that in app/store/open-work.ts.
CREATE INDEX "shop_start_due" ON "shop" ("start_at", "domain") WHERE "start_at" IS NOT NULL;

-- Since when Shopify gives no usable answer.
ALTER TABLE "shop" ADD COLUMN "shopify_away_at" TIMESTAMPTZ(3);

-- How long changes took from being heard to being accepted by Klaviyo (core/flow/delivery-times.ts), and what runs sent in the hour.
ALTER TABLE "sync_hour" ADD COLUMN "delivery_times" INT[] NOT NULL DEFAULT '{}', ADD COLUMN "run_pushed" INT NOT NULL DEFAULT 0,
  ADD COLUMN "run_issues" INT NOT NULL DEFAULT 0;
