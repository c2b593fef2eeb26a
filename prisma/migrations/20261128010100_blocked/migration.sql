-- Why one kind of work of a shop cannot be done at present, in one shape for all kinds.
CREATE TABLE "blocked" (
    "shop" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "reason" TEXT,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "blocked_pkey" PRIMARY KEY ("shop","kind")
);

INSERT INTO "blocked" ("shop", "kind", "reason", "since", "until")
SELECT "domain", 'list', "list_problem", coalesce("list_problem_at", "list_not_before"), "list_not_before"
FROM "shop" WHERE "list_not_before" IS NOT NULL;
INSERT INTO "blocked" ("shop", "kind", "reason", "since", "until")
SELECT "domain", 'event', 'scope_missing', "loyalty_refused_at", coalesce("loyalty_retry_at", "loyalty_refused_at")
FROM "shop" WHERE "loyalty_refused_at" IS NOT NULL;

ALTER TABLE "shop" DROP COLUMN "list_problem",
DROP COLUMN "list_problem_at",
DROP COLUMN "list_not_before",
DROP COLUMN "loyalty_refused_at",
DROP COLUMN "loyalty_retry_at";
