-- The list of issues that were resolved within a week.
CREATE INDEX CONCURRENTLY "profile_resolved" ON "profile" ("shop", "resolved_at", "customer_id") INCLUDE ("state")
  WHERE "resolved_at" IS NOT NULL;
