-- Fields that were left out of a profile that is in sync otherwise, and why: [{field, reason, words, value}].
ALTER TABLE "profile" ADD COLUMN "omitted" JSONB;
-- Since when profiles wait for their phone number or external id, which are sent by id in a run of their own.
ALTER TABLE "shop" ADD COLUMN "identifiers_asked_at" TIMESTAMPTZ(3);

-- Customers that came to share one profile in Klaviyo are sent again, each by the address.
WITH shared AS (
  SELECT shop, klaviyo_id FROM profile WHERE klaviyo_id IS NOT NULL GROUP BY shop, klaviyo_id HAVING count(*) > 1
), parted AS (
  UPDATE profile p SET klaviyo_id = NULL, hash = NULL FROM shared s
  WHERE p.shop = s.shop AND p.klaviyo_id = s.klaviyo_id RETURNING p.shop, p.customer_id, p.state
)
INSERT INTO dirty_customer (shop, customer_id, marked_at, waiting_since, not_before)
SELECT shop, customer_id, now(), now(), now() FROM parted WHERE state <> 'gone' ORDER BY shop, customer_id
ON CONFLICT DO NOTHING;

-- No two customers share a profile.
CREATE UNIQUE INDEX "profile_klaviyo_id" ON "profile" ("shop", "klaviyo_id") WHERE "klaviyo_id" IS NOT NULL;
-- Who waits for a profile to let go of an address or a phone number.
CREATE INDEX "profile_conflicts_with" ON "profile" ("shop", "conflicts_with") WHERE "conflicts_with" IS NOT NULL;
-- The customers page: few rows among many.
CREATE INDEX "profile_omitted" ON "profile" ("shop", "customer_id") WHERE "omitted" IS NOT NULL;
