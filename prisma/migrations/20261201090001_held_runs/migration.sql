-- AlterTable
ALTER TABLE "shop" ADD COLUMN     "hold_above_percent" INTEGER DEFAULT 30;

-- AlterTable
ALTER TABLE "sync_run" ADD COLUMN     "check_of" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "check_state" TEXT,
ADD COLUMN     "checked" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "checked_by" TEXT,
ADD COLUMN     "confirmed_at" TIMESTAMPTZ(3),
ADD COLUMN     "confirmed_by" TEXT,
ADD COLUMN     "held_at" TIMESTAMPTZ(3),
ADD COLUMN     "would_change" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "would_clear" INTEGER NOT NULL DEFAULT 0;
