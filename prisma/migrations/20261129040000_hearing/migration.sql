-- After an order a customer may be read again later; once an hour, customers that Shopify names as changed may be looked for.
ALTER TABLE "dirty_customer" ADD COLUMN "ordered_at" TIMESTAMPTZ(3);

ALTER TABLE "shop" ADD COLUMN "hourly_check" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "next_hourly_at" TIMESTAMPTZ(3),
ADD COLUMN "hourly_since" TIMESTAMPTZ(3),
ADD COLUMN "hourly_newest" TIMESTAMPTZ(3),
ADD COLUMN "hourly_cursor" TEXT,
ADD COLUMN "hourly_done_at" TIMESTAMPTZ(3);

-- app/store/open-work.ts
CREATE INDEX "shop_hourly_due" ON "shop" ("next_hourly_at", "domain")
  WHERE "status" = 'on' AND "uninstalled_at" IS NULL AND "hourly_check" AND "filled_at" IS NOT NULL AND "future_since" IS NULL;
