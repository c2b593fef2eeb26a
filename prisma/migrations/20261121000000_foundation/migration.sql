-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "shop" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "isOnline" BOOLEAN NOT NULL DEFAULT false,
    "scope" TEXT,
    "expires" TIMESTAMP(3),
    "accessToken" TEXT NOT NULL,
    "userId" BIGINT,
    "firstName" TEXT,
    "lastName" TEXT,
    "email" TEXT,
    "accountOwner" BOOLEAN NOT NULL DEFAULT false,
    "locale" TEXT,
    "collaborator" BOOLEAN DEFAULT false,
    "emailVerified" BOOLEAN DEFAULT false,
    "refreshToken" TEXT,
    "refreshTokenExpires" TIMESTAMP(3),

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop" (
    "domain" TEXT NOT NULL,
    "name" TEXT,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "currency" TEXT,
    "scopes" TEXT,
    "facts_read_at" TIMESTAMPTZ(3),
    "installed_at" TIMESTAMPTZ(3) NOT NULL,
    "uninstalled_at" TIMESTAMPTZ(3),
    "full_sync_started_at" TIMESTAMPTZ(3),
    "recorded_account" TEXT,
    "conductor" UUID,
    "conductor_until" TIMESTAMPTZ(3),

    CONSTRAINT "shop_pkey" PRIMARY KEY ("domain")
);

-- CreateTable
CREATE TABLE "connection" (
    "shop" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "account_name" TEXT NOT NULL,
    "sealed_key" TEXT NOT NULL,
    "connected_at" TIMESTAMPTZ(3) NOT NULL,
    "refused_at" TIMESTAMPTZ(3),

    CONSTRAINT "connection_pkey" PRIMARY KEY ("shop")
);

-- CreateTable
CREATE TABLE "klaviyo_budget" (
    "account_id" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "windows" JSONB NOT NULL,
    "blocked_until" TIMESTAMPTZ(3),

    CONSTRAINT "klaviyo_budget_pkey" PRIMARY KEY ("account_id","endpoint")
);

-- CreateTable
CREATE TABLE "dirty_customer" (
    "shop" TEXT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "changes" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3),
    "marked_at" TIMESTAMPTZ(3) NOT NULL,
    "waiting_since" TIMESTAMPTZ(3) NOT NULL,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "lease" UUID,
    "leased_until" TIMESTAMPTZ(3),
    "confirming" BOOLEAN NOT NULL DEFAULT false,
    "alone" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "dirty_customer_pkey" PRIMARY KEY ("shop","customer_id")
);

-- CreateTable
CREATE TABLE "profile" (
    "shop" TEXT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "state" TEXT NOT NULL,
    "code" TEXT,
    "words" TEXT,
    "klaviyo_id" TEXT,
    "hash" TEXT,
    "field_set" INTEGER,
    "shopify_updated_at" TIMESTAMPTZ(3),
    "read_at" TIMESTAMPTZ(3) NOT NULL,
    "synced_at" TIMESTAMPTZ(3),
    "import_job" UUID,
    "sent_hash" TEXT,
    "sent_field_set" INTEGER,

    CONSTRAINT "profile_pkey" PRIMARY KEY ("shop","customer_id")
);

-- CreateTable
CREATE TABLE "field_set" (
    "id" SERIAL NOT NULL,
    "shop" TEXT NOT NULL,
    "names" TEXT[],

    CONSTRAINT "field_set_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "profile_count" (
    "shop" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "profiles" INTEGER NOT NULL,
    "ever_synced" INTEGER NOT NULL,
    "last_synced_at" TIMESTAMPTZ(3),

    CONSTRAINT "profile_count_pkey" PRIMARY KEY ("shop","state","code")
);

-- CreateTable
CREATE TABLE "synced_minute" (
    "shop" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(3) NOT NULL,
    "profiles" INTEGER NOT NULL,

    CONSTRAINT "synced_minute_pkey" PRIMARY KEY ("shop","minute")
);

-- CreateTable
CREATE TABLE "sync_run" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "started_by" TEXT,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "progress_at" TIMESTAMPTZ(3) NOT NULL,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "search" TEXT,
    "bulk_operation" TEXT,
    "operation_asked_at" TIMESTAMPTZ(3),
    "byte_offset" BIGINT NOT NULL DEFAULT 0,
    "expected" INTEGER,
    "read" INTEGER NOT NULL DEFAULT 0,
    "pushed" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "excluded" INTEGER NOT NULL DEFAULT 0,
    "issues" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,

    CONSTRAINT "sync_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import_job" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "run" UUID,
    "klaviyo_job" TEXT,
    "profiles" INTEGER NOT NULL,
    "submitted_at" TIMESTAMPTZ(3) NOT NULL,
    "checks" INTEGER NOT NULL DEFAULT 0,
    "next_check_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "import_job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sync_hour" (
    "shop" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "webhooks" INTEGER NOT NULL DEFAULT 0,
    "unreadable" INTEGER NOT NULL DEFAULT 0,
    "read" INTEGER NOT NULL DEFAULT 0,
    "pushed" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "excluded" INTEGER NOT NULL DEFAULT 0,
    "issues" INTEGER NOT NULL DEFAULT 0,
    "calls" INTEGER NOT NULL DEFAULT 0,
    "throttled" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "sync_hour_pkey" PRIMARY KEY ("shop","hour")
);

-- CreateTable
CREATE TABLE "tombstone" (
    "shop" TEXT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "erased_at" TIMESTAMPTZ(3) NOT NULL,
    "sealed_identifier" TEXT,
    "asked_at" TIMESTAMPTZ(3),
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "not_before" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tombstone_pkey" PRIMARY KEY ("shop","customer_id")
);

-- CreateTable
CREATE TABLE "data_request" (
    "shop" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "held" JSONB,

    CONSTRAINT "data_request_pkey" PRIMARY KEY ("shop","request_id")
);

-- CreateTable
CREATE TABLE "flow_action_run" (
    "shop" TEXT NOT NULL,
    "action_run_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "flow_action_run_pkey" PRIMARY KEY ("shop","action_run_id")
);

-- CreateIndex
CREATE INDEX "Session_shop_idx" ON "Session"("shop");

-- CreateIndex
CREATE INDEX "dirty_customer_shop_not_before_idx" ON "dirty_customer"("shop", "not_before");

-- CreateIndex
CREATE UNIQUE INDEX "field_set_shop_names_key" ON "field_set"("shop", "names");

-- CreateIndex
CREATE INDEX "sync_run_shop_requested_at_idx" ON "sync_run"("shop", "requested_at");

-- CreateIndex
CREATE INDEX "import_job_shop_idx" ON "import_job"("shop");


-- What Prisma's schema cannot say.

-- One open run to a shop: the start of a run and the hour's throttle are decided by this index and one statement.
CREATE UNIQUE INDEX "sync_run_open" ON "sync_run" ("shop") WHERE "state" IN ('queued', 'reading', 'delivering', 'paused');

-- The customers page and the settlement of an import job; both find few rows among many.
CREATE INDEX "profile_not_synced" ON "profile" ("shop", "code", "customer_id") WHERE "state" IN ('excluded', 'issue');
CREATE INDEX "profile_gone" ON "profile" ("shop") WHERE "state" = 'gone';
CREATE INDEX "profile_in_flight" ON "profile" ("shop", "import_job") WHERE "import_job" IS NOT NULL;

-- Rows are rewritten in place by every sync; room on the page keeps such an update out of the indexes.
ALTER TABLE "profile" SET (fillfactor = 70);
ALTER TABLE "dirty_customer" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- The counts on the card: counting a million rows at every look would be too slow, so each statement that writes profiles
-- adds what it changed. A profile in an import job counts as pending, whatever its row says.
CREATE FUNCTION apply_profile_delta(delta profile_count[], minutes synced_minute[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO profile_count AS c (shop, state, code, profiles, ever_synced, last_synced_at)
  SELECT shop, state, code, sum(profiles), sum(ever_synced), max(last_synced_at)
  FROM unnest(delta) GROUP BY shop, state, code ORDER BY shop, state, code
  ON CONFLICT (shop, state, code) DO UPDATE SET
    profiles = c.profiles + excluded.profiles,
    ever_synced = c.ever_synced + excluded.ever_synced,
    last_synced_at = greatest(c.last_synced_at, excluded.last_synced_at);

  INSERT INTO synced_minute AS m (shop, minute, profiles)
  SELECT shop, minute, sum(profiles) FROM unnest(minutes)
  GROUP BY shop, minute HAVING sum(profiles) > 0 ORDER BY shop, minute
  ON CONFLICT (shop, minute) DO UPDATE SET profiles = m.profiles + excluded.profiles;

  -- A minute that is no longer kept has nothing to take away from.
  UPDATE synced_minute m SET profiles = m.profiles + d.profiles
  FROM (SELECT shop, minute, sum(profiles) AS profiles FROM unnest(minutes)
        GROUP BY shop, minute HAVING sum(profiles) < 0 ORDER BY shop, minute) d
  WHERE m.shop = d.shop AND m.minute = d.minute;
END $$;

CREATE FUNCTION count_inserted_profiles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE delta profile_count[]; minutes synced_minute[];
BEGIN
  SELECT array_agg(d) INTO delta FROM (
    SELECT shop, CASE WHEN import_job IS NULL THEN state ELSE 'pending' END, CASE WHEN import_job IS NULL THEN coalesce(code, '') ELSE '' END,
      count(*)::int, count(synced_at)::int, max(synced_at)
    FROM new_profiles GROUP BY 1, 2, 3) d;
  SELECT array_agg(m) INTO minutes FROM (
    SELECT shop, date_trunc('minute', synced_at), count(*)::int FROM new_profiles WHERE synced_at IS NOT NULL GROUP BY 1, 2) m;
  PERFORM apply_profile_delta(delta, minutes);
  RETURN NULL;
END $$;

CREATE FUNCTION count_deleted_profiles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE delta profile_count[]; minutes synced_minute[];
BEGIN
  SELECT array_agg(d) INTO delta FROM (
    SELECT shop, CASE WHEN import_job IS NULL THEN state ELSE 'pending' END, CASE WHEN import_job IS NULL THEN coalesce(code, '') ELSE '' END,
      -count(*)::int, -count(synced_at)::int, NULL::timestamptz
    FROM old_profiles GROUP BY 1, 2, 3) d;
  SELECT array_agg(m) INTO minutes FROM (
    SELECT shop, date_trunc('minute', synced_at), -count(*)::int FROM old_profiles WHERE synced_at IS NOT NULL GROUP BY 1, 2) m;
  PERFORM apply_profile_delta(delta, minutes);
  RETURN NULL;
END $$;

CREATE FUNCTION count_updated_profiles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE delta profile_count[]; minutes synced_minute[];
BEGIN
  SELECT array_agg(d) INTO delta FROM (
    SELECT shop, CASE WHEN import_job IS NULL THEN state ELSE 'pending' END, CASE WHEN import_job IS NULL THEN coalesce(code, '') ELSE '' END,
      sum(n)::int, (coalesce(sum(n) FILTER (WHERE synced_at IS NOT NULL), 0))::int, max(synced_at) FILTER (WHERE n > 0)
    FROM (SELECT shop, state, code, import_job, synced_at, 1 AS n FROM new_profiles
          UNION ALL SELECT shop, state, code, import_job, synced_at, -1 FROM old_profiles) changed
    GROUP BY 1, 2, 3) d;
  SELECT array_agg(m) INTO minutes FROM (
    SELECT shop, date_trunc('minute', synced_at), sum(n)::int
    FROM (SELECT shop, synced_at, 1 AS n FROM new_profiles WHERE synced_at IS NOT NULL
          UNION ALL SELECT shop, synced_at, -1 FROM old_profiles WHERE synced_at IS NOT NULL) changed
    GROUP BY 1, 2 HAVING sum(n) <> 0) m;
  PERFORM apply_profile_delta(delta, minutes);
  RETURN NULL;
END $$;

CREATE TRIGGER profile_inserted AFTER INSERT ON profile REFERENCING NEW TABLE AS new_profiles
  FOR EACH STATEMENT EXECUTE FUNCTION count_inserted_profiles();
CREATE TRIGGER profile_updated AFTER UPDATE ON profile REFERENCING OLD TABLE AS old_profiles NEW TABLE AS new_profiles
  FOR EACH STATEMENT EXECUTE FUNCTION count_updated_profiles();
CREATE TRIGGER profile_deleted AFTER DELETE ON profile REFERENCING OLD TABLE AS old_profiles
  FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_profiles();
