-- Work that is due is found by these alone (app/store/open-work.ts), without looking at shops that are at rest. None names a column that a
-- conductor or a webhook writes, so that those updates stay out of the indexes.
CREATE INDEX "shop_turning_off" ON "shop" ("domain") WHERE "status" = 'turning_off';
CREATE INDEX "shop_reconcile_due" ON "shop" ("next_reconcile_at", "domain")
  WHERE "status" = 'on' AND "uninstalled_at" IS NULL AND ("nightly_reconcile" OR "future_since" IS NOT NULL);
CREATE INDEX "shop_reconcile_unplanned" ON "shop" ("domain")
  WHERE "status" = 'on' AND "uninstalled_at" IS NULL AND ("nightly_reconcile" OR "future_since" IS NOT NULL) AND "next_reconcile_at" IS NULL;
CREATE INDEX "shop_comparison_asked" ON "shop" ("domain") WHERE "comparison_asked_at" IS NOT NULL;
CREATE INDEX "shop_identifiers_asked" ON "shop" ("domain") WHERE "identifiers_asked_at" IS NOT NULL;
CREATE INDEX "shop_withheld_check" ON "shop" ("withheld_check_at", "domain") WHERE "withheld_check_at" IS NOT NULL;
CREATE INDEX "shop_not_filled" ON "shop" ("domain")
  WHERE "status" = 'on' AND "uninstalled_at" IS NULL AND "filled_at" IS NULL AND "future_since" IS NULL;
CREATE INDEX "tombstone_unasked" ON "tombstone" ("shop") WHERE "sealed_identifier" IS NOT NULL;
