-- Names that a newcomer understands. Nothing is copied: each statement changes the catalogue, or a few rows.
ALTER TABLE "standing" RENAME TO "customer_membership";
ALTER TABLE "standing_gathering" RENAME TO "membership_snapshot";
ALTER TABLE "customer_membership" RENAME CONSTRAINT "standing_pkey" TO "customer_membership_pkey";
ALTER TABLE "membership_snapshot" RENAME CONSTRAINT "standing_gathering_pkey" TO "membership_snapshot_pkey";
ALTER TRIGGER standing_gathering_deleted ON "membership_snapshot" RENAME TO membership_snapshot_deleted;
ALTER FUNCTION delete_standings() RENAME TO delete_memberships;
CREATE OR REPLACE FUNCTION delete_memberships() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM customer_membership WHERE shop = OLD.shop AND holder = OLD.holder;
  RETURN NULL;
END $$;
ALTER FUNCTION end_gathering() RENAME TO end_membership_snapshot;
CREATE OR REPLACE FUNCTION end_membership_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM membership_snapshot WHERE shop = NEW.shop AND holder = NEW.id;
  RETURN NULL;
END $$;
ALTER TABLE "dirty_customer" RENAME COLUMN "alone" TO "single_only";
ALTER TABLE "shop" RENAME COLUMN "conductor" TO "lease_holder";
ALTER TABLE "shop" RENAME COLUMN "conductor_until" TO "lease_until";

-- A profile that a rule took off the list, and what becomes of one whom the rules leave out.
UPDATE "profile" SET "list_change" = 'removed' WHERE "list_change" = 'left';
UPDATE "shop" SET "rules" = jsonb_set("rules", '{leaving}', '"keep"') WHERE "rules"->>'leaving' = 'left';
