CREATE TABLE "dry_run" (
    "shop" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "choices" JSONB NOT NULL,
    "settings_version" INTEGER NOT NULL,
    "held" JSONB NOT NULL DEFAULT '[]',
    "state" TEXT NOT NULL,
    "failure" TEXT,
    "asked_by" TEXT,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "carried_out_at" TIMESTAMPTZ(3),
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "waits_for" TEXT,
    "bulk_operation" TEXT,
    "read_from" TIMESTAMPTZ(3),
    "metafields" JSONB,
    "byte_offset" BIGINT NOT NULL DEFAULT 0,
    "by_pages" BOOLEAN NOT NULL DEFAULT false,
    "page_cursor" TEXT,
    "expected" INTEGER,
    "read" INTEGER NOT NULL DEFAULT 0,
    "created" INTEGER NOT NULL DEFAULT 0,
    "changed" INTEGER NOT NULL DEFAULT 0,
    "cleared" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "left_out" INTEGER NOT NULL DEFAULT 0,
    "limited" INTEGER NOT NULL DEFAULT 0,
    "issues" INTEGER NOT NULL DEFAULT 0,
    "unclear" INTEGER NOT NULL DEFAULT 0,
    "examples" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "dry_run_pkey" PRIMARY KEY ("shop")
);

-- Finds the shops with an open dry run (app/store/open-work.ts).
CREATE INDEX "dry_run_open" ON "dry_run" ("shop") WHERE "state" IN ('queued', 'reading');
CREATE INDEX "dry_run_asked_at_idx" ON "dry_run"("asked_at");
