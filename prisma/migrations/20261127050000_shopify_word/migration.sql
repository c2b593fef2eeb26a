-- AlterTable
ALTER TABLE "shop" ADD COLUMN     "filled_at" TIMESTAMPTZ(3),
ADD COLUMN     "shopify_trouble" TEXT,
ADD COLUMN     "shopify_trouble_at" TIMESTAMPTZ(3),
ADD COLUMN     "shopify_trouble_words" TEXT,
ADD COLUMN     "withheld_check_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "sync_run" ADD COLUMN     "by_pages" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "lost_operations" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "page_cursor" TEXT;

-- A shop in which a run over all customers came to its end has been filled.
UPDATE "shop" s SET "filled_at" = (
  SELECT max(r."finished_at") FROM "sync_run" r
  WHERE r."shop" = s."domain" AND r."state" = 'finished' AND r."search" IS NULL AND r."kind" IN ('full', 'baseline', 'reconcile'));
