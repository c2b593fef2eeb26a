-- Every key begins with the shop, so that the tables can be spread over servers by shop. These tables are small.
ALTER TABLE "sync_run" DROP CONSTRAINT "sync_run_pkey", ADD CONSTRAINT "sync_run_pkey" PRIMARY KEY ("shop", "id");
ALTER TABLE "import_job" DROP CONSTRAINT "import_job_pkey", ADD CONSTRAINT "import_job_pkey" PRIMARY KEY ("shop", "id");
DROP INDEX "import_job_shop_idx";
ALTER TABLE "field_set" DROP CONSTRAINT "field_set_pkey", ADD CONSTRAINT "field_set_pkey" PRIMARY KEY ("shop", "id");
ALTER TABLE "field_set" ALTER COLUMN "id" DROP DEFAULT;
DROP SEQUENCE "field_set_id_seq";

-- What these did is done by the statements that delete a snapshot or end a run.
DROP TRIGGER "sync_run_ended" ON "sync_run";
DROP FUNCTION end_membership_snapshot();
DROP TRIGGER "membership_snapshot_deleted" ON "membership_snapshot";
DROP FUNCTION delete_memberships();
