-- Alerts: of what a merchant is told, the channels, the causes that were told of, and the messages (decision 053).
-- AlterTable
ALTER TABLE "shop" ADD COLUMN "alerts" JSONB;

-- CreateTable
CREATE TABLE "alert_channel" (
    "shop" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sealed_target" TEXT NOT NULL,
    "sealed_secret" TEXT,
    "language" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "token_hash" TEXT,
    "token_until" TIMESTAMPTZ(3),
    "off_why" TEXT,
    "off_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_channel_pkey" PRIMARY KEY ("shop","kind")
);

-- CreateTable
CREATE TABLE "alert_watch" (
    "shop" TEXT NOT NULL,
    "check_at" TIMESTAMPTZ(3) NOT NULL,
    "weekly_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_watch_pkey" PRIMARY KEY ("shop")
);

-- CreateTable
CREATE TABLE "alert" (
    "shop" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "cause" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "detail" JSONB NOT NULL,
    "clear_since" TIMESTAMPTZ(3),
    "over_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_pkey" PRIMARY KEY ("shop","id")
);

-- CreateTable
CREATE TABLE "alert_message" (
    "shop" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "alert" UUID,
    "content" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "first_due_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "sent_at" TIMESTAMPTZ(3),
    "given_up_at" TIMESTAMPTZ(3),
    "why" TEXT,
    "status" INTEGER,

    CONSTRAINT "alert_message_pkey" PRIMARY KEY ("shop","id")
);

-- CreateIndex
CREATE INDEX "alert_watch_check_at_idx" ON "alert_watch"("check_at");

-- CreateIndex
CREATE INDEX "alert_shop_opened_at_idx" ON "alert"("shop", "opened_at");

-- CreateIndex
CREATE INDEX "alert_opened_at_idx" ON "alert"("opened_at");

-- CreateIndex
CREATE INDEX "alert_message_shop_created_at_idx" ON "alert_message"("shop", "created_at");

-- CreateIndex
CREATE INDEX "alert_message_created_at_idx" ON "alert_message"("created_at");

-- Of each cause of a shop only one is open.
CREATE UNIQUE INDEX "alert_open" ON "alert" ("shop", "cause") WHERE "over_at" IS NULL;

-- The condition must equal that in app/store/alert-watches.ts.
CREATE INDEX "alert_message_due" ON "alert_message" ("due_at", "shop") WHERE "sent_at" IS NULL AND "given_up_at" IS NULL;
