-- CreateTable
CREATE TABLE "klaviyo_authorization" (
    "shop" TEXT NOT NULL,
    "state_hash" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "first_sync" TEXT NOT NULL,
    "sealed_verifier" TEXT NOT NULL,
    "ticket_hash" TEXT,
    "sealed_answer" TEXT,
    "refusal" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "klaviyo_authorization_pkey" PRIMARY KEY ("shop","state_hash")
);

-- CreateIndex
CREATE INDEX "klaviyo_authorization_created_at_idx" ON "klaviyo_authorization"("created_at");

