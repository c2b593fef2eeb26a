-- The pages about customers: since when, how it was heard, by which request it was last sent, what was resolved, and what is retried.
ALTER TABLE "profile" ADD COLUMN "resolved_code" TEXT, ADD COLUMN "resolved_at" TIMESTAMPTZ(3), ADD COLUMN "delivery" UUID,
  ADD COLUMN "heard" TEXT, ADD COLUMN "heard_at" TIMESTAMPTZ(3);
ALTER TABLE "dirty_customer" ADD COLUMN "heard" TEXT;

CREATE TABLE "delivery" (
  "shop" TEXT NOT NULL,
  "id" UUID NOT NULL,
  "kind" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "took_ms" INTEGER NOT NULL,
  "profiles" INTEGER NOT NULL,
  "run" UUID,
  "outcome" TEXT NOT NULL,
  "status" INTEGER,
  "words" TEXT,
  "hash" TEXT,
  "klaviyo_id" TEXT,
  "cleared" TEXT[] DEFAULT ARRAY[]::TEXT[],
  CONSTRAINT "delivery_pkey" PRIMARY KEY ("shop", "id")
);
CREATE INDEX "delivery_at_idx" ON "delivery" ("at");

CREATE TABLE "reason_retry" (
  "shop" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "asked_at" TIMESTAMPTZ(3) NOT NULL,
  "customers" INTEGER NOT NULL,
  "marked" INTEGER NOT NULL DEFAULT 0,
  "from_since" TIMESTAMPTZ(3),
  "from_customer" BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT "reason_retry_pkey" PRIMARY KEY ("shop", "code")
);
