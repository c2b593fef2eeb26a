-- The list of issues that were resolved within a week.
CREATE INDEX CONCURRENTLY "profile_resolved" ON "profile" ("shop", "resolved_at", "customer_id") WHERE "resolved_at" IS NOT NULL;
