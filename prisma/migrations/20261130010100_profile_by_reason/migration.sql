-- The lists of customers by reason, oldest or newest first. A row from before the column has no time: it is the oldest.
CREATE INDEX CONCURRENTLY "profile_by_reason" ON "profile" ("shop", "code", (coalesce("issue_since", '-infinity'::timestamptz)), "customer_id")
  WHERE "state" IN ('excluded', 'issue') OR "code" = 'limit';
