-- CreateTable
CREATE TABLE "customer_count" (
    "shop" TEXT NOT NULL,
    "holder" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "bulk_operation" TEXT,
    "expected" INTEGER,

    CONSTRAINT "customer_count_pkey" PRIMARY KEY ("shop")
);
