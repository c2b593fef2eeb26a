-- AlterTable
ALTER TABLE "shop" ADD COLUMN     "loyalty" JSONB,
ADD COLUMN     "loyalty_changed_at" TIMESTAMPTZ(3),
ADD COLUMN     "loyalty_refused_at" TIMESTAMPTZ(3),
ADD COLUMN     "loyalty_retry_at" TIMESTAMPTZ(3),
ADD COLUMN     "loyalty_dropped" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "loyalty_value" (
    "shop" TEXT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "points" JSONB,
    "tier" JSONB,
    "backfill" BOOLEAN NOT NULL DEFAULT false,
    "import_job" UUID,
    "sent_points" JSONB,
    "sent_tier" JSONB,

    CONSTRAINT "loyalty_value_pkey" PRIMARY KEY ("shop","customer_id")
);

-- CreateTable
CREATE TABLE "loyalty_event" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "shop" TEXT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "metric" TEXT NOT NULL,
    "old_value" JSONB NOT NULL,
    "new_value" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "backfill" BOOLEAN NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "not_before" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "loyalty_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "loyalty_event_shop_customer_id_seq_idx" ON "loyalty_event"("shop", "customer_id", "seq");

-- CreateIndex
CREATE INDEX "loyalty_event_shop_not_before_idx" ON "loyalty_event"("shop", "not_before");
