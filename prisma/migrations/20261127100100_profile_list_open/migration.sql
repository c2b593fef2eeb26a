-- The sweep finds shops with changes of their list by it.
CREATE INDEX CONCURRENTLY "profile_list_open" ON "profile" ("shop")
  WHERE "list_change" IN ('join', 'leave') AND "klaviyo_id" IS NOT NULL;
