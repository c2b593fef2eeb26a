-- What looks at a shop's customers found: its loyalty apps, and mapped sources that cannot be read any more.
ALTER TABLE "shop"
  ADD COLUMN "loyalty_apps_seen" JSONB NOT NULL DEFAULT '[]',
  ADD COLUMN "loyalty_looked_at" TIMESTAMPTZ(3),
  ADD COLUMN "held_sources" JSONB NOT NULL DEFAULT '[]',
  ADD COLUMN "held_check_at" TIMESTAMPTZ(3);
CREATE INDEX "shop_held_check" ON "shop" ("held_check_at", "domain") WHERE "held_check_at" IS NOT NULL;
