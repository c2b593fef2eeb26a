-- The read in which the issue that is open now was first found.
ALTER TABLE "profile" ADD COLUMN "issue_since" TIMESTAMPTZ(3);
