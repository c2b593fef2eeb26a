-- AlterTable
ALTER TABLE "shop" ADD COLUMN     "drained_at" TIMESTAMPTZ(3),
ADD COLUMN     "future_since" TIMESTAMPTZ(3),
ADD COLUMN     "next_reconcile_at" TIMESTAMPTZ(3),
ADD COLUMN     "nightly_reconcile" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "settings_version" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "status" TEXT NOT NULL DEFAULT 'on',
ADD COLUMN     "stopped_at" TIMESTAMPTZ(3),
ADD COLUMN     "sync_delay_ms" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "sync_run" ADD COLUMN     "ended_by" TEXT,
ADD COLUMN     "gathered" INTEGER,
ADD COLUMN     "paced_from" INTEGER,
ADD COLUMN     "paced_since" TIMESTAMPTZ(3),
ADD COLUMN     "paused_from" TEXT,
ADD COLUMN     "since" TIMESTAMPTZ(3),
ADD COLUMN     "unannounced" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "waits_for" TEXT;

-- CreateTable
CREATE TABLE "topic_heard" (
    "shop" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "heard_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "topic_heard_pkey" PRIMARY KEY ("shop","topic")
);

