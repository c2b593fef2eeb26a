-- Names of properties that other apps write to the profiles of the shop's Klaviyo account.
ALTER TABLE "shop" ADD COLUMN "foreign_properties" TEXT[] NOT NULL DEFAULT '{}';
