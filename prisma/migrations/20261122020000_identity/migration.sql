-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "conflicts_with" TEXT,
ADD COLUMN     "without_phone" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "settled_import" (
    "shop" TEXT NOT NULL,
    "klaviyo_job" TEXT NOT NULL,
    "next_page" TEXT,
    "not_before" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "settled_import_pkey" PRIMARY KEY ("shop","klaviyo_job")
);

-- CreateTable
CREATE TABLE "customer_merge" (
    "shop" TEXT NOT NULL,
    "gone_id" BIGINT NOT NULL,
    "kept_id" BIGINT NOT NULL,
    "settled_at" TIMESTAMPTZ(3),
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "not_before" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customer_merge_pkey" PRIMARY KEY ("shop","gone_id")
);

