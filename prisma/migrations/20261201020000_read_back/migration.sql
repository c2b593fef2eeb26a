-- Delivered profiles are read back from Klaviyo and compared with what was sent: each night a sample, and all of them on demand.
CREATE TABLE "read_back" (
    "shop" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "trigger" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "started_by" TEXT,
    "ended_by" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "expected" INTEGER NOT NULL,
    "first_hash" INTEGER NOT NULL,
    "last_hash" INTEGER NOT NULL,
    "last_customer" BIGINT NOT NULL,
    "wrapped" BOOLEAN NOT NULL DEFAULT false,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "waits_for" TEXT,
    "as_sent" INTEGER NOT NULL DEFAULT 0,
    "differing" INTEGER NOT NULL DEFAULT 0,
    "missing" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "repaired" INTEGER NOT NULL DEFAULT 0,
    "ended_at" TIMESTAMPTZ(3),
    "ended_as" TEXT,

    CONSTRAINT "read_back_pkey" PRIMARY KEY ("shop", "id")
);
CREATE INDEX "read_back_shop_started_at_idx" ON "read_back" ("shop", "started_at");
CREATE INDEX "read_back_ended_at_idx" ON "read_back" ("ended_at");
-- One at a time. The condition must equal that in app/store/open-work.ts.
CREATE UNIQUE INDEX "read_back_open" ON "read_back" ("shop") WHERE "ended_at" IS NULL;

CREATE TABLE "read_back_field" (
    "shop" TEXT NOT NULL,
    "read_back" UUID NOT NULL,
    "field" TEXT NOT NULL,
    "customers" INTEGER NOT NULL DEFAULT 0,
    "repaired" INTEGER NOT NULL DEFAULT 0,
    "again" INTEGER NOT NULL DEFAULT 0,
    "contested" BOOLEAN NOT NULL DEFAULT false,
    "examples" BIGINT[] NOT NULL DEFAULT '{}',

    CONSTRAINT "read_back_field_pkey" PRIMARY KEY ("shop", "read_back", "field")
);

CREATE TABLE "profile_repair" (
    "shop" TEXT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "repaired_at" TIMESTAMPTZ(3) NOT NULL,
    "fields" TEXT[],

    CONSTRAINT "profile_repair_pkey" PRIMARY KEY ("shop", "customer_id")
);
CREATE INDEX "profile_repair_repaired_at_idx" ON "profile_repair" ("repaired_at");
