-- Requests to Klaviyo that must survive a crash, one row each, whatever their kind.
CREATE TABLE "outbox" (
    "shop" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "account_id" TEXT,
    "payload" JSONB NOT NULL,
    "holds" BIGINT[] NOT NULL DEFAULT ARRAY[]::BIGINT[],
    "remote_id" TEXT,
    "state" TEXT NOT NULL DEFAULT 'written',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("shop","id")
);

INSERT INTO "outbox" ("shop", "id", "kind", "subject", "payload", "not_before", "created_at")
SELECT "shop", gen_random_uuid(), 'fetch_ids', "klaviyo_job", jsonb_build_object('next', "next_page"), "not_before", "not_before"
FROM "settled_import";
DROP TABLE "settled_import";

CREATE INDEX "outbox_shop_kind_not_before_idx" ON "outbox"("shop", "kind", "not_before");
CREATE INDEX "outbox_shop_kind_subject_created_at_idx" ON "outbox"("shop", "kind", "subject", "created_at");
CREATE INDEX "outbox_kind_created_at_idx" ON "outbox"("kind", "created_at");

-- What Prisma's schema cannot say: a repeat of these changes nothing, and the few requests that hold customers are found at once.
CREATE UNIQUE INDEX "outbox_once" ON "outbox" ("shop", "kind", "subject") WHERE "kind" <> 'event';
CREATE INDEX "outbox_holding" ON "outbox" ("shop") WHERE "holds" <> '{}';
