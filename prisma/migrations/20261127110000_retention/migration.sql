-- When it is next looked whether a profile still refers to a set, and since when none does.
ALTER TABLE "field_set" ADD COLUMN "look_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN "unused_since" TIMESTAMPTZ(3);

-- When calls were last taken out of the allowance, or one of them was refused or failed.
ALTER TABLE "klaviyo_budget" ADD COLUMN "used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- By these the sweep finds what is old.
CREATE INDEX "field_set_look_at_idx" ON "field_set"("look_at");
CREATE INDEX "sync_run_finished_at_idx" ON "sync_run"("finished_at");
CREATE INDEX "flow_action_run_received_at_idx" ON "flow_action_run"("received_at");
CREATE INDEX "data_request_requested_at_idx" ON "data_request"("requested_at");

-- What Prisma's schema cannot say: which shops are gone, whose identifiers are still kept.
CREATE INDEX "shop_uninstalled" ON "shop" ("uninstalled_at") WHERE "uninstalled_at" IS NOT NULL;
CREATE INDEX "tombstone_identifier" ON "tombstone" ("erased_at") WHERE "sealed_identifier" IS NOT NULL;
