-- What the columns of before held is in "delivered" and "sent".
ALTER TABLE "loyalty_value" DROP COLUMN "points", DROP COLUMN "tier", DROP COLUMN "sent_points", DROP COLUMN "sent_tier";
