-- CreateTable
CREATE TABLE "operator_fault" (
    "fault" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "operator_fault_pkey" PRIMARY KEY ("fault")
);

-- CreateTable
CREATE TABLE "bulk_access" (
    "app" TEXT NOT NULL DEFAULT 'app',
    "started_at" TIMESTAMPTZ(3),
    "refused_at" TIMESTAMPTZ(3),
    "next_try_at" TIMESTAMPTZ(3),

    CONSTRAINT "bulk_access_pkey" PRIMARY KEY ("app")
);

-- Shops are few beside their customers, so that the index is built at once. It serves countShopifyTroubles.
create index shop_trouble on shop (shopify_trouble) where shopify_trouble is not null and uninstalled_at is null;
